import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';

/** Only an address of this machine is trusted with the token. */
const daemonFile = z.strictObject({
  version: z.literal(1),
  pid: z.int(),
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/),
  token: z.string().min(1),
});

const amount = z.union([z.string(), z.number()]);
const told = {
  alarms: z.array(z.looseObject({ at: z.number(), event: z.string() })),
  addresses: z.array(z.string()),
};
/** What a provider's daemon answers to `status`, as far as screens need it. */
const providerStatus = z.looseObject({
  deals: z.int(),
  mostDeals: z.int(),
  leavesHeld: z.int(),
  freeLeaves: z.int().optional(),
  bytesUsed: amount,
  egress: z.looseObject({ promised: amount.transform(BigInt), unredeemed: amount.transform(BigInt) }).optional(),
  /** A daemon of the version before does not tell; what only the chain knows is left out while it does not answer. */
  chainAnswers: z.boolean().optional(),
  proofInHand: z.boolean(),
  challenges: z.array(z.looseObject({ deal: z.string(), expires: z.int() })),
  /** Alarms that are not over; a daemon of the version before tells of none. */
  troubles: z.array(z.string()).optional(),
  ...told,
});
/** What it answers before it has a chain. */
const waitingStatus = z.looseObject({ waitingFor: z.literal('chain'), ...told });
const daemonStatus = z.union([waitingStatus, providerStatus]);
export type DaemonAnswer = z.infer<typeof daemonStatus>;

const stopping = z.strictObject({ stopping: z.literal(true) });
const failure = z.object({ error: z.object({ message: z.string() }) });

/** Most bytes of an answer. */
const ANSWER_CAP = 4 << 20;
const PATIENCE_MILLISECONDS = 15_000;

const daemonAt = async (file: string): Promise<z.infer<typeof daemonFile>> => {
  try {
    return daemonFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new HoldfastError('DAEMON_NOT_RUNNING', { file }, { cause });
  }
};

const textOf = async (response: Response, url: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > ANSWER_CAP) throw new HoldfastError('DAEMON_ANSWER_INVALID', { url, problem: `over ${ANSWER_CAP} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Why the daemon says no: its coded sentence, or the beginning of whatever it said. */
const reasonIn = (text: string): string => {
  try {
    return failure.parse(JSON.parse(text)).error.message;
  } catch {
    return text.slice(0, 200);
  }
};

const call = async <Answer>(
  file: string,
  request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly answer: z.ZodType<Answer> },
  signal: AbortSignal,
): Promise<Answer> => {
  const { url, token } = await daemonAt(file);
  try {
    const response = await fetch(`${url}${request.path}`, {
      method: request.method,
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]),
    });
    const text = await textOf(response, url);
    if (!response.ok) throw new HoldfastError('DAEMON_REFUSED', { url, status: response.status, reason: reasonIn(text) });
    return parsed(request.answer, text, url);
  } catch (cause) {
    if (isHoldfastError(cause)) throw cause;
    signal.throwIfAborted();
    throw new HoldfastError('DAEMON_NOT_RUNNING', { file }, { cause });
  }
};

const parsed = <Answer>(answer: z.ZodType<Answer>, text: string, url: string): Answer => {
  try {
    return answer.parse(JSON.parse(text));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new HoldfastError('DAEMON_ANSWER_INVALID', { url, problem: problem.slice(0, 300) }, { cause });
  }
};

/** Asks the running daemon for its status. DAEMON_NOT_RUNNING, DAEMON_REFUSED, DAEMON_ANSWER_INVALID. */
export const askDaemon = (file: string, signal: AbortSignal): Promise<DaemonAnswer> =>
  call(file, { method: 'GET', path: '/v1/status', answer: daemonStatus }, signal);

/** Asks the running daemon to end in good order; it may still be ending when this resolves. Errors as of {@link askDaemon}. */
export const stopDaemon = async (file: string, signal: AbortSignal): Promise<void> => {
  await call(file, { method: 'POST', path: '/v1/stop', answer: stopping }, signal);
};
