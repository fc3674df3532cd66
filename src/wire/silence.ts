/** Calls back after each `every` milliseconds of a silence. */
export interface Silence {
  begin(): void;
  end(): void;
  /** For good; leaves no timer behind. */
  close(): void;
}

/** Never calls back when `every` is 0. One timer outlives many short silences: setting one for each would cost more. */
export function createSilence(every: number, callback: () => void): Silence {
  const isOn = every > 0 && every < longestTimeout;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | undefined;

  const check = (): void => {
    timer = undefined;
    if (since === undefined) return;
    const now = performance.now();
    const left = since + every - now;
    // Timers may be a little early.
    if (left > 1) {
      timer = setTimeout(check, left);
      return;
    }
    since = now;
    timer = setTimeout(check, every);
    callback();
  };

  return {
    begin() {
      if (!isOn) return;
      since = performance.now();
      timer ??= setTimeout(check, every);
    },
    end() {
      since = undefined;
    },
    close() {
      since = undefined;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

const longestTimeout = 2 ** 31;
