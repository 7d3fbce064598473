/** Upper bounds of latencies, in seconds; samples hold a count per bound. */
export const LATENCY_BOUNDS = [
  0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15,
  30, 60,
];
