-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('PARTNER_ADMIN', 'BUILDER', 'VIEWER');

-- CreateEnum
CREATE TYPE "CycleState" AS ENUM ('NEVER_STARTED', 'RUNNING', 'FINISHING', 'STOPPED');

-- CreateEnum
CREATE TYPE "TransactionState" AS ENUM ('QUEUED', 'RUNNING', 'WAITING', 'HELD', 'COMPLETED', 'FAILED', 'CANCELLED', 'DISCARDED');

-- CreateEnum
CREATE TYPE "JobStatus" AS ENUM ('READY', 'CLAIMED', 'WAITING');

-- CreateEnum
CREATE TYPE "ReceiptOutcome" AS ENUM ('ACCEPTED', 'FOUND', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'TOO_LARGE', 'NOT_ACTIVE', 'UNREADABLE', 'NOT_STORED');

-- CreateEnum
CREATE TYPE "SampleSource" AS ENUM ('PASTED', 'REQUEST');

-- CreateTable
CREATE TABLE "Partner" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Partner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" UUID NOT NULL,
    "partnerId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "parallelLimit" INTEGER NOT NULL DEFAULT 50,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "partnerId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "sessionVersion" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSignInAt" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "userId" UUID NOT NULL,
    "accountId" UUID NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("userId","accountId")
);

-- CreateTable
CREATE TABLE "SignInAttempt" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "windowEnd" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignInAttempt_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "partnerId" UUID NOT NULL,
    "accountId" UUID,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdBy" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Cycle" (
    "id" UUID NOT NULL,
    "accountId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "state" "CycleState" NOT NULL DEFAULT 'NEVER_STARTED',
    "startedAt" TIMESTAMPTZ(3),
    "stoppedAt" TIMESTAMPTZ(3),
    "runOnce" BOOLEAN NOT NULL DEFAULT false,
    "finishSeq" BIGINT,
    "parallelLimit" INTEGER NOT NULL DEFAULT 10,
    "draft" JSON NOT NULL,
    "draftRevision" INTEGER NOT NULL DEFAULT 1,
    "draftChangedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "draftChangedBy" UUID,
    "publishedRevision" INTEGER,
    "publishedVersionId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Cycle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CycleVersion" (
    "id" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "graph" JSON NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" UUID,

    CONSTRAINT "CycleVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Webhook" (
    "id" UUID NOT NULL,
    "identifier" TEXT NOT NULL,
    "accountId" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "stepName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),
    "lastRequestAt" TIMESTAMPTZ(3),
    "listeningUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StepSample" (
    "cycleId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "source" "SampleSource" NOT NULL,
    "data" JSON NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StepSample_pkey" PRIMARY KEY ("cycleId","stepId")
);

-- CreateTable
CREATE TABLE "StepSecret" (
    "cycleId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StepSecret_pkey" PRIMARY KEY ("cycleId","stepId","name")
);

-- CreateTable
CREATE TABLE "Receipt" (
    "id" UUID NOT NULL,
    "webhookId" UUID,
    "identifier" TEXT NOT NULL,
    "accountId" UUID,
    "cycleId" UUID,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "method" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "headers" JSON NOT NULL,
    "clientIp" TEXT NOT NULL,
    "contentType" TEXT,
    "sizeBytes" INTEGER NOT NULL,
    "body" BYTEA,
    "bodyCut" BOOLEAN NOT NULL DEFAULT false,
    "outcome" "ReceiptOutcome" NOT NULL,
    "reason" TEXT,
    "status" SMALLINT,
    "durationMs" REAL,
    "transactionId" UUID,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReceiptCount" (
    "webhookId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "outcome" "ReceiptOutcome" NOT NULL,
    "count" INTEGER NOT NULL,
    "unrecorded" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ReceiptCount_pkey" PRIMARY KEY ("webhookId","hour","outcome")
);

-- CreateTable
CREATE TABLE "Transaction" (
    "id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "accountId" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "receiptId" UUID,
    "replayOf" UUID,
    "input" JSON,
    "synchronous" BOOLEAN NOT NULL DEFAULT false,
    "state" "TransactionState" NOT NULL DEFAULT 'QUEUED',
    "acceptedAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "errorStepId" TEXT,
    "error" TEXT,
    "cancelAsked" BOOLEAN NOT NULL DEFAULT false,
    "response" JSON,
    "statusToken" TEXT,

    CONSTRAINT "Transaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "transactionId" UUID NOT NULL,
    "number" SMALLINT NOT NULL,
    "steps" JSON NOT NULL,
    "waits" JSON NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("transactionId","number")
);

-- CreateTable
CREATE TABLE "Job" (
    "seq" BIGINT NOT NULL,
    "transactionId" UUID NOT NULL,
    "accountId" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "lane" SMALLINT NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'READY',
    "runAt" TIMESTAMPTZ(3) NOT NULL,
    "claim" INTEGER NOT NULL DEFAULT 0,
    "lockedBy" UUID,
    "rescues" SMALLINT NOT NULL DEFAULT 0,

    CONSTRAINT "Job_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "aliveUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Grant" (
    "cycleId" UUID NOT NULL,
    "workerId" UUID NOT NULL,
    "accountId" UUID NOT NULL,
    "slots" SMALLINT NOT NULL,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("cycleId","workerId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Account_partnerId_name_key" ON "Account"("partnerId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Membership_accountId_idx" ON "Membership"("accountId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE INDEX "ApiKey_partnerId_createdAt_idx" ON "ApiKey"("partnerId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Cycle_publishedVersionId_key" ON "Cycle"("publishedVersionId");

-- CreateIndex
CREATE INDEX "Cycle_accountId_createdAt_idx" ON "Cycle"("accountId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "CycleVersion_cycleId_number_key" ON "CycleVersion"("cycleId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Webhook_identifier_key" ON "Webhook"("identifier");

-- CreateIndex
CREATE INDEX "Webhook_accountId_idx" ON "Webhook"("accountId");

-- CreateIndex
CREATE UNIQUE INDEX "Webhook_cycleId_stepId_key" ON "Webhook"("cycleId", "stepId");

-- CreateIndex
CREATE INDEX "Receipt_webhookId_id_idx" ON "Receipt"("webhookId", "id" DESC);

-- CreateIndex
CREATE INDEX "Transaction_cycleId_id_idx" ON "Transaction"("cycleId", "id" DESC);

-- CreateIndex
CREATE INDEX "Transaction_accountId_id_idx" ON "Transaction"("accountId", "id" DESC);

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_partnerId_fkey" FOREIGN KEY ("partnerId") REFERENCES "Partner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_partnerId_fkey" FOREIGN KEY ("partnerId") REFERENCES "Partner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_partnerId_fkey" FOREIGN KEY ("partnerId") REFERENCES "Partner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Cycle" ADD CONSTRAINT "Cycle_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Cycle" ADD CONSTRAINT "Cycle_publishedVersionId_fkey" FOREIGN KEY ("publishedVersionId") REFERENCES "CycleVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CycleVersion" ADD CONSTRAINT "CycleVersion_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "Cycle"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StepSample" ADD CONSTRAINT "StepSample_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "Cycle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StepSecret" ADD CONSTRAINT "StepSecret_cycleId_fkey" FOREIGN KEY ("cycleId") REFERENCES "Cycle"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma cannot say -------------------------------------------------------------------------

-- Order of acceptance, shared by "Transaction" and "Job".
CREATE SEQUENCE "acceptance_seq" AS bigint CACHE 1;

ALTER TABLE "Job"
  ADD CONSTRAINT "Job_claimed_has_owner" CHECK (("status" = 'CLAIMED') = ("lockedBy" IS NOT NULL)),
  ADD CONSTRAINT "Job_lane_known" CHECK ("lane" IN (0, 1));
ALTER TABLE "Transaction"
  ADD CONSTRAINT "Transaction_ended_when_final"
  CHECK (("state" IN ('COMPLETED', 'FAILED', 'CANCELLED', 'DISCARDED')) = ("endedAt" IS NOT NULL));
ALTER TABLE "Cycle"
  ADD CONSTRAINT "Cycle_stopped_has_time" CHECK ("state" <> 'STOPPED' OR "stoppedAt" IS NOT NULL),
  ADD CONSTRAINT "Cycle_finishing_has_end" CHECK (("state" = 'FINISHING') = ("finishSeq" IS NOT NULL)),
  ADD CONSTRAINT "Cycle_parallel_limit" CHECK ("parallelLimit" BETWEEN 1 AND 1000);
ALTER TABLE "Account"
  ADD CONSTRAINT "Account_parallel_limit" CHECK ("parallelLimit" BETWEEN 1 AND 10000);
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_slots_positive" CHECK ("slots" > 0);

-- Claiming walks from cycle to cycle, oldest first in each; the other statuses have their own small indexes.
CREATE INDEX "Job_ready_idx" ON "Job" ("cycleId", "seq") WHERE "status" = 'READY';
CREATE INDEX "Job_waiting_idx" ON "Job" ("runAt") WHERE "status" = 'WAITING';
CREATE INDEX "Job_claimed_idx" ON "Job" ("lockedBy") WHERE "status" = 'CLAIMED';
CREATE INDEX "Job_cycle_idx" ON "Job" ("cycleId", "seq");

-- The endings that people look for are few among many.
CREATE INDEX "Transaction_unsuccessful_idx" ON "Transaction" ("accountId", "id" DESC)
  WHERE "state" IN ('FAILED', 'CANCELLED', 'DISCARDED');

-- Cycle names are unique among the cycles that exist.
CREATE UNIQUE INDEX "Cycle_name_idx" ON "Cycle" ("accountId", lower("name")) WHERE "deletedAt" IS NULL;

-- Requests to identifiers that no webhook has.
CREATE INDEX "Receipt_unknown_idx" ON "Receipt" ("id" DESC) WHERE "webhookId" IS NULL;

-- Rows of these tables live for milliseconds: leave room for updates in place and clean up early.
ALTER TABLE "Job" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE "Grant" SET (fillfactor = 50);
ALTER TABLE "Worker" SET (fillfactor = 50);
ALTER TABLE "ReceiptCount" SET (fillfactor = 70);
