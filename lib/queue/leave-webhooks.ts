/**
 * SQL: CTEs by which discarded transactions are held by no mid-cycle webhook any more, and their continuations that did not begin
 * are discarded with them. A later request may continue them anew. `discarded` is a CTE with their ids.
 */
export const leaveWebhooks = (discarded: string) => `left_webhooks AS (
        UPDATE "ReachedWebhook" AS r SET held = false, until = NULL FROM ${discarded}
        WHERE r."transactionId" = ${discarded}.id AND r.held
      ), continuations AS (
        UPDATE "Continuation" AS c SET state = 'DISCARDED' FROM ${discarded}
        WHERE c."transactionId" = ${discarded}.id AND c.state = 'QUEUED'
      )`;
