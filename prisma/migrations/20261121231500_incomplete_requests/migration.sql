-- What never became a whole request is recorded too.
ALTER TYPE "ReceiptOutcome" ADD VALUE 'INCOMPLETE';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'MALFORMED';
