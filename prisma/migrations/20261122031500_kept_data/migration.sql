-- What a script made of a request that came early.
ALTER TABLE "KeptRequest" ADD COLUMN "input" JSON;
