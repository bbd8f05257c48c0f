/** Time as a node of a cluster sees it: it never goes back, and says nothing of the day. Simulations bring their own. */
export interface MonotonicClock {
  /** ms */
  now(): number;
  /** Calls `work` again and again; returns what ends that. */
  every(ms: number, work: () => void): () => void;
  wait(ms: number): Promise<void>;
}

export const monotonicClock: MonotonicClock = {
  now: () => performance.now(),
  every(ms, work) {
    const timer = setInterval(work, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
