import { systemCode } from '../../disk/disk-error.js';
import { causesOf } from '../../core/errors/causes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { RateLimited, restIn } from './rate-limit.js';

/** Posts JSON to one URL, with a deadline and a cap on the answer. */
export class HttpConnection {
  readonly url: string;
  /** Scheme and host: paths and user parts of RPC addresses often hold keys. */
  readonly name: string;
  private readonly headers: Record<string, string> = { 'content-type': 'application/json' };

  constructor(
    url: string,
    private readonly timeoutMilliseconds: number,
    private readonly answerBytes: number,
    name?: string,
  ) {
    const parsed = this.parse(url);
    this.name = name ?? parsed.origin;
    if (parsed.username !== '' || parsed.password !== '') {
      const login = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
      this.headers['authorization'] = `Basic ${Buffer.from(login).toString('base64')}`;
      parsed.username = '';
      parsed.password = '';
    }
    this.url = parsed.href;
  }

  unreachable(reason: string, cause?: unknown): HoldfastError<'RPC_UNREACHABLE'> {
    return new HoldfastError('RPC_UNREACHABLE', { url: this.name, reason }, cause === undefined ? {} : { cause });
  }

  /**
   * The parsed answer. RPC_UNREACHABLE for anything that is not JSON in time, caused by a {@link RateLimited} where the server
   * wants rest, and RPC_REFUSED for an answer over the cap.
   */
  async post(payload: unknown, signal?: AbortSignal): Promise<unknown> {
    const deadline = AbortSignal.timeout(this.timeoutMilliseconds);
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: this.headers,
        body: JSON.stringify(payload),
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      });
      const text = await this.bounded(response);
      if (response.ok) return JSON.parse(text);
      const reason = `HTTP status ${response.status}`;
      const retryAfter = response.headers.get('retry-after');
      if (response.status === 429 || (response.status === 503 && retryAfter !== null))
        throw this.unreachable(reason, new RateLimited(reason, restIn(retryAfter, Date.now())));
      const answer = asJson(text);
      if (answer !== undefined) return answer;
      throw this.unreachable(reason);
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw this.unreachable(this.reasonOf(error), error);
    }
  }

  private parse(url: string): URL {
    try {
      return new URL(url);
    } catch (cause) {
      throw new HoldfastError('RPC_UNREACHABLE', { url: 'the given address', reason: 'it is not a URL' }, { cause });
    }
  }

  private async bounded(response: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > this.answerBytes) {
        throw new HoldfastError('RPC_REFUSED', {
          url: this.name,
          method: 'a call',
          reason: `its answer is over ${this.answerBytes} bytes`,
        });
      }
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  private reasonOf(error: unknown): string {
    if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${this.timeoutMilliseconds} ms`;
    if (error instanceof SyntaxError) return 'the answer is not JSON';
    const innermost = [...causesOf(error)].at(-1);
    return systemCode(innermost) ?? innermost?.message ?? String(error);
  }
}

/** A JSON-RPC answer with an error in it; some nodes send those with an HTTP error status. */
const asJson = (text: string): unknown => {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'error' in answer && 'jsonrpc' in answer ? answer : undefined;
  } catch {
    return undefined;
  }
};
