type Page<T> = { entries: T[]; next: string | null };

/** All pages of a list, one after another; each is only read when the one before was taken. Pages without entries are left out. */
export async function* allPages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T[]> {
  for (let cursor: string | undefined; ; ) {
    const { entries, next } = await read(cursor);
    if (entries.length > 0) yield entries;
    if (next === null) return;
    cursor = next;
  }
}
