import { type Act, isBytes, writeActs } from './frames.ts';
import type { StreamAnswer } from './script.ts';

/** What is to be done for a scripted stream: its frames, damaged, paced and cut as it says. */
export function playStream(answer: StreamAnswer): readonly Act[] {
  const known = played.get(answer);
  if (known !== undefined) return known;
  const frames = pace(damage(writeActs(answer), answer), answer.pace ?? 0);
  const acts = answer.write === 'frame' ? frames : cut(join(frames), answer.write ?? 'whole');
  if (!needsNewIds(answer)) played.set(answer, acts);
  return acts;
}

// A script that answers many requests is encoded once.
const played = new WeakMap<StreamAnswer, readonly Act[]>();

function needsNewIds({ steps }: StreamAnswer): boolean {
  const isNew = (step: StreamAnswer['steps'][number]): boolean =>
    typeof step === 'object' &&
    (('tool' in step && step.id === undefined) || ('interleaved' in step && step.interleaved.some(isNew)));
  return steps.some(isNew);
}

/** Flips a bit and ends early, by position in the whole stream. */
function damage(acts: readonly Act[], { corrupt, truncate }: StreamAnswer): readonly Act[] {
  if (corrupt === undefined && truncate === undefined) return acts;
  const total = acts.reduce((sum, act) => sum + (isBytes(act) ? act.bytes.length : 0), 0);
  const place = (position: number): number => (position < 0 ? total + position : position);
  const damaged: Act[] = [];
  let at = 0;
  for (const act of acts) {
    if (!isBytes(act)) {
      damaged.push(act);
      continue;
    }
    const bytes = Uint8Array.from(act.bytes);
    const target = corrupt === undefined ? -1 : place(corrupt) - at;
    const old = bytes[target];
    if (old !== undefined) bytes[target] = old ^ 1;
    const left = truncate === undefined ? bytes.length : place(truncate) - at;
    if (left < bytes.length) return [...damaged, { bytes: bytes.subarray(0, Math.max(0, left)) }, 'end'];
    damaged.push({ bytes });
    at += bytes.length;
  }
  return damaged;
}

function pace(acts: readonly Act[], pause: number): readonly Act[] {
  return pause <= 0 ? acts : acts.flatMap((act, at) => (at > 0 && isBytes(act) ? [{ pause }, act] : [act]));
}

/** Neighbouring bytes as one. */
function join(acts: readonly Act[]): Act[] {
  const joined: Act[] = [];
  let run: Uint8Array[] = [];
  const flush = (): void => {
    if (run.length > 0) joined.push({ bytes: Buffer.concat(run) });
    run = [];
  };
  for (const act of acts) {
    if (isBytes(act)) {
      run.push(act.bytes);
    } else {
      flush();
      joined.push(act);
    }
  }
  flush();
  return joined;
}

function cut(acts: readonly Act[], size: 'whole' | 'byte' | number): readonly Act[] {
  if (size === 'whole') return acts;
  const step = size === 'byte' ? 1 : Math.max(1, size);
  return acts.flatMap((act): Act[] => {
    if (!isBytes(act)) return [act];
    const pieces = Math.ceil(act.bytes.length / step);
    return Array.from({ length: pieces }, (_, at) => ({ bytes: act.bytes.subarray(at * step, (at + 1) * step) }));
  });
}
