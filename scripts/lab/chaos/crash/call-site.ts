import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** Parts of ours that do what others ask: a site names who asks as well. */
const PLUMBING = /^(node\/disk\/(reserve#(withReserve)?$|disk-error)|node\/core\/tasks\/|node\/chain\/rpc\/)/;
const OURS = /^(node|scripts\/deploy)\//;
/** How many files a site names at most. */
const DEPTH = 3;

/** `file#function` of each frame of ours in `stack`, the innermost first. */
const framesIn = (stack: string): string[] =>
  stack.split('\n').flatMap((line) => {
    const [, name = '', location = ''] = /^\s+at (?:async )?(?:(.*) \()?(.*?):\d+:\d+\)?$/.exec(line) ?? [];
    const file = location.replace(/^file:\/\//, '').replace(ROOT, '');
    const called =
      name
        .replace(/^(async |Object\.|Proxy\.)+/, '')
        .replace(/^.*\[as (.*)\]$/, '$1')
        .split('.')[0] ?? '';
    const frame = `${file.replace(/\.ts$/, '')}#${called === '' || called.includes('<anonymous>') ? '' : called}`;
    return OURS.test(frame) && !PLUMBING.test(frame) ? [frame] : [];
  });

/** The frames of ours that lead here, the innermost first: what waits for a promise counts among them. */
export const framesHere = (): string[] => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack = '' } = new Error('where');
  Error.stackTraceLimit = before;
  return framesIn(stack);
};

/** Names a call site by functions, which stay when lines move: the innermost frame, and of the next files the one that is nearest. */
export const siteOf = (frames: readonly string[]): string => {
  const parts: string[] = [];
  const files = new Set<string>();
  for (const frame of frames) {
    const [file = ''] = frame.split('#');
    if (files.has(file)) continue;
    files.add(file);
    // A function without a name is called by that of its file which has one.
    const named = frames.find((other) => other.startsWith(`${file}#`) && !other.endsWith('#')) ?? file;
    parts.push(named.replace(/^node\//, ''));
    if (parts.length === DEPTH) break;
  }
  return parts.join(' < ') || 'elsewhere';
};
