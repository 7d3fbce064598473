-- Compressed already: trying to compress it again would only cost.
ALTER TABLE "Receipt" ADD COLUMN "rawBody" BYTEA;
ALTER TABLE "Receipt" ALTER COLUMN "rawBody" SET STORAGE EXTERNAL;
