import { useRef, useSyncExternalStore } from "react";

/** A value outside of React that components read through narrow selectors. */
export type Store<T> = {
  get: () => T;
  set: (next: T) => void;
  subscribe: (listener: () => void) => () => void;
};

/** Makes a store. `set` with the same value wakes nobody. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Reads a part of a store; the component renders again only when that part changes (`equal`, by default `Object.is`). */
export function useStored<T, Part>(
  store: Store<T>,
  select: (value: T) => Part,
  equal: (a: Part, b: Part) => boolean = Object.is,
): Part {
  const last = useRef<{ value: Part } | null>(null);
  const read = () => {
    const next = select(store.get());
    if (last.current && equal(last.current.value, next)) return last.current.value;
    last.current = { value: next };
    return next;
  };
  return useSyncExternalStore(store.subscribe, read, read);
}

/** Equality for selectors that give a new list of the same members each time. */
export function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((member, index) => Object.is(member, b[index]));
}
