CREATE TYPE "ProcessKind" AS ENUM ('WEB', 'WORKER');

CREATE TABLE "Process" (
    "id" UUID NOT NULL,
    "kind" "ProcessKind" NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Process_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "ProcessSample" (
    "processId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "isMinute" BOOLEAN NOT NULL,
    "figures" JSON NOT NULL,

    CONSTRAINT "ProcessSample_pkey" PRIMARY KEY ("processId","at")
);

CREATE INDEX "ProcessSample_at_idx" ON "ProcessSample"("at");

-- Thinning looks for what is not kept for long, which is never much.
CREATE INDEX "ProcessSample_thin_idx" ON "ProcessSample" ("at") WHERE NOT "isMinute";
