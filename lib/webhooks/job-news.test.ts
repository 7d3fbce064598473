import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { JobNews } from "./job-news";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function newsAndTold(tell: () => Promise<unknown> = async () => {}) {
  const told: number[] = [];
  const begun = performance.now();
  const now = () => performance.now() - begun;
  const news = new JobNews({
    tell: () => {
      told.push(now());
      return tell();
    },
    now,
  });
  return { news, told };
}

test("lets a batch tell it itself when nothing was told for a while", () => {
  const { news, told } = newsAndTold();
  expect(news.beginsQuietly()).toBe(false);
  vi.advanceTimersByTime(25);
  expect([news.beginsQuietly(), told]).toEqual([false, []]);
});

test("tells once of all batches that come soon after one that told it", () => {
  const { news, told } = newsAndTold();
  news.beginsQuietly();
  for (let batch = 0; batch < 4; batch++) {
    vi.advanceTimersByTime(5);
    expect(news.beginsQuietly()).toBe(true);
    news.stored();
  }
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([25]);
});

test("tells at once of a batch that took long to be stored", () => {
  const { news, told } = newsAndTold();
  news.beginsQuietly();
  news.beginsQuietly();
  vi.advanceTimersByTime(400);
  news.stored();
  vi.advanceTimersByTime(0);
  expect(told).toEqual([400]);
});

test("is quiet after it has told, too", () => {
  const { news, told } = newsAndTold();
  news.beginsQuietly();
  news.beginsQuietly();
  news.stored();
  vi.advanceTimersByTime(30);
  expect([news.beginsQuietly(), told]).toEqual([true, [25]]);
});

test("tells what is left when it closes, and goes on when telling fails", async () => {
  const { news, told } = newsAndTold(async () => Promise.reject(new Error("the database is away")));
  news.beginsQuietly();
  news.beginsQuietly();
  news.stored();
  await news.close();
  await news.close();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([0]);
});
