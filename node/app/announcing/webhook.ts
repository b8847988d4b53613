import { unescape } from 'node:querystring';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Clock } from '../../ports/world.js';
import type { Channel } from '../../renter/upkeep/announce.js';
import type { Need } from '../../renter/upkeep/needs.js';
import { jsonText } from '../json-text.js';
import { needWords } from './need-words.js';

export interface WebhookOptions {
  /** http or https; may hold secrets, so that only its host is ever told. */
  readonly url: string;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Milliseconds that one try may take. Default 10,000. */
  readonly tryMilliseconds?: number;
  /** Milliseconds before the second try and the third. Default 2,000 and 10,000. */
  readonly pauses?: readonly number[];
}

/** What is posted, by its format's version. */
const bodyOf = (needs: readonly Need[]): string =>
  jsonText({ holdfastAnnouncement: 1, needs: needs.map((need) => ({ ...need, ...needWords(need) })) });

/** Whether another try may go better: it is the fault of the network, of a server, or one asks too often. */
const isPassing = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Where to post, and how: `fetch` takes no URL with a name and a password, and tells both in its refusal. */
const targetOf = (url: string) => {
  const { username, password, host, protocol, pathname, search } = new URL(url);
  const login = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  const authorization = username === '' && password === '' ? {} : { authorization: `Basic ${login}` };
  return { host, address: `${protocol}//${host}${pathname}${search}`, headers: { 'content-type': 'application/json', ...authorization } };
};

/** Posts announcements as JSON, three tries each; WEBHOOK_FAILED. An answer is not read, and a redirection is not followed. */
export const createWebhook = ({ url, clock, tryMilliseconds = 10_000, pauses = [2_000, 10_000] }: WebhookOptions): Channel => {
  const { host, address, headers } = targetOf(url);
  const failed = (reason: string, cause?: unknown): HoldfastError => new HoldfastError('WEBHOOK_FAILED', { host, reason }, { cause });

  /** Undefined once it was taken; why not, where another try may go better. */
  const post = async (body: string, signal: AbortSignal | undefined): Promise<HoldfastError | undefined> => {
    const late = AbortSignal.timeout(tryMilliseconds);
    let response: Response;
    try {
      const either = signal === undefined ? late : AbortSignal.any([signal, late]);
      response = await fetch(address, { method: 'POST', headers, body, redirect: 'manual', signal: either });
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) return failed(`no answer within ${tryMilliseconds} ms`, error);
      return failed(asError(asError(error).cause ?? error).message, error);
    }
    await response.body?.cancel().catch(() => undefined);
    if (response.ok) return undefined;
    const refusal = failed(`it answered ${response.status}`);
    if (!isPassing(response.status)) throw refusal;
    return refusal;
  };

  return {
    name: 'webhook',
    deliver: async (needs, signal) => {
      const body = bodyOf(needs);
      let failure = await post(body, signal);
      for (const pause of pauses) {
        if (failure === undefined) return;
        await clock.sleep(pause, signal);
        failure = await post(body, signal);
      }
      if (failure !== undefined) throw failure;
    },
  };
};
