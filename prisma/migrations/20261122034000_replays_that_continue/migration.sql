-- A replay at a mid-cycle webhook continues a transaction, maybe one that was continued by others or made by a replay.
ALTER TABLE "Replay" ADD COLUMN "continuation" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Replay" DROP CONSTRAINT "Replay_pkey";
ALTER TABLE "Replay" ADD CONSTRAINT "Replay_pkey" PRIMARY KEY ("transactionId", "continuation");
