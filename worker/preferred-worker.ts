/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  // The last characters change only its low bits; this spreads them.
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

/**
 * The worker that a cycle's transactions go to first: the same for all who know the same workers, and when one comes or goes only its
 * own cycles move (rendezvous hashing). Undefined without workers.
 */
export function preferredWorker(cycleId: string, workerIds: readonly string[]): string | undefined {
  let best: { id: string; weight: number } | undefined;
  for (const id of workerIds) {
    const weight = hash(`${cycleId} ${id}`);
    if (!best || weight > best.weight || (weight === best.weight && id > best.id)) best = { id, weight };
  }
  return best?.id;
}
