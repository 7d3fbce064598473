"use client";
import { useEffect, useState } from "react";

/** A value that follows `value` once it has been still for `stillMs` milliseconds. */
export function useDebounced<T>(value: T, stillMs = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), stillMs);
    return () => clearTimeout(timer);
  }, [value, stillMs]);
  return settled;
}
