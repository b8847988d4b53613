import { HoldfastError } from '../core/errors/holdfast-error.js';

/** What failed, one error for each address that was tried; what caused each of them says nothing of the peer. */
const failuresIn = (error: unknown): Error[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(failuresIn);
  return error instanceof Error ? [error] : [];
};

/** What it means for the caller that connecting, or opening a stream, failed with `error`. */
export const dialFailure = (
  peer: string,
  error: unknown,
  tooLate: boolean,
  what: { readonly waitedFor: string; readonly milliseconds: number },
): HoldfastError => {
  const causes = failuresIn(error);
  const named = (name: string): boolean => causes.some((cause) => cause.name === name);
  const misbehaved = (did: string): HoldfastError => new HoldfastError('PEER_MISBEHAVED', { peer, what: did }, { cause: error });
  if (named('UnsupportedProtocolError')) return misbehaved(`it did not agree on ${what.waitedFor}`);
  if (named('StreamResetError')) return misbehaved(`it refused ${what.waitedFor} without a word`);
  if (tooLate || named('TimeoutError')) return new HoldfastError('PEER_SILENT', { peer, ...what }, { cause: error });
  const reason = causes.map(({ message }) => message.split('\n')[0]).join('; ') || String(error);
  return new HoldfastError('PEER_UNREACHABLE', { peer, reason: reason.slice(0, 300) }, { cause: error });
};
