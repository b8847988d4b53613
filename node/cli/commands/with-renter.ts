import type { Keeping, RenterSession } from '../../app/renter-session.js';
import type { Call } from '../command.js';

/** Runs `work` with the renter of this home folder and closes it after. Whoever only reads waits for no transaction. */
export const withRenter = async <Result>(
  call: Call,
  work: (session: RenterSession) => Promise<Result>,
  acting: 'wallet' | 'reader' = 'wallet',
  keeping?: Keeping,
): Promise<Result> => {
  const settings = await call.settings();
  // Loaded when needed: most commands start no libp2p host.
  const { openRenter } = await import('../../app/renter-session.js');
  await using session = await openRenter(settings, call.prompt.unlocking('Password of the wallet'), call.signal, acting, keeping);
  return await work(session);
};
