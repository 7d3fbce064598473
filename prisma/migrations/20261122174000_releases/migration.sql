-- A release of a template has a cycle of its own, in which it is built and tested: its webhooks are that cycle's.
CREATE TABLE "Template" (
    "id" UUID NOT NULL,
    "partnerId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Template_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Release" (
    "id" UUID NOT NULL,
    "templateId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Release_counts_from_1" CHECK ("number" >= 1)
);

ALTER TABLE "Cycle" ADD COLUMN "releaseId" UUID;

CREATE UNIQUE INDEX "Template_partnerId_name_key" ON "Template"("partnerId", "name");
CREATE UNIQUE INDEX "Release_templateId_number_key" ON "Release"("templateId", "number");
CREATE UNIQUE INDEX "Cycle_releaseId_key" ON "Cycle"("releaseId");

ALTER TABLE "Template" ADD CONSTRAINT "Template_partnerId_fkey"
  FOREIGN KEY ("partnerId") REFERENCES "Partner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Release" ADD CONSTRAINT "Release_templateId_fkey"
  FOREIGN KEY ("templateId") REFERENCES "Template"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Cycle" ADD CONSTRAINT "Cycle_releaseId_fkey"
  FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE SET NULL ON UPDATE CASCADE;
