import { destination, type DestinationStream } from 'pino';

/** Where lines go, and how that goes. No failure leaves it: a daemon that cannot write its log still proves. */
export interface LogSink extends DestinationStream {
  /** Writes that failed so far. Their lines wait, and are tried again with the next. */
  readonly failures: number;
  /** Lines given up so far, because too many waited. */
  readonly dropped: number;
}

/** Most characters of lines that wait. */
const WAITING = 1 << 20;

/** Writes each line to the file descriptor `fd` at once; on a full disk as soon as there is room again. */
export const createLogSink = (fd: number, waiting = WAITING): LogSink => {
  const stream = destination({ dest: fd, sync: true, maxLength: waiting });
  let [failures, dropped] = [0, 0];
  let last: unknown;
  // The first failure is told twice.
  stream.on('error', (error: unknown) => {
    if (error !== last) failures += 1;
    last = error;
  });
  stream.on('drop', () => (dropped += 1));
  return {
    write: (line) => void stream.write(line),
    get failures() {
      return failures;
    },
    get dropped() {
      return dropped;
    },
  };
};
