-- By itself: a new value can't be used where it is added.
ALTER TYPE "JobStatus" ADD VALUE 'HELD';
