import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address } from '../../../node/core/units.js';
import type { Ask } from '../ignition/ignition-provider.js';
import { HOLD_DECIMALS, MIN_DECIMALS } from '../terms/parameters.js';

/** `decimals()` */
const DECIMALS_CALL = '0x313ce567';
/** `totalSupply()` */
const SUPPLY_CALL = '0x18160ddd';

/** Decimals of the token at `token`, a contract of this chain that answers as an ERC-20. TOKEN_UNSUITABLE. */
export const readDecimals = async (ask: Ask, token: Address): Promise<number> => {
  const unsuitable = (problem: string): HoldfastError => new HoldfastError('TOKEN_UNSUITABLE', { token, problem });
  if ((await ask('eth_getCode', [token, 'latest'])) === '0x') throw unsuitable('there is no contract at this address');
  const read = async (data: string, name: string): Promise<bigint> => {
    const answer = await ask('eth_call', [{ to: token, data }, 'latest']).catch(() => '0x');
    if (typeof answer !== 'string' || !/^0x[0-9a-f]{64}$/.test(answer)) throw unsuitable(`it does not answer ${name}()`);
    return BigInt(answer);
  };
  const decimals = await read(DECIMALS_CALL, 'decimals');
  await read(SUPPLY_CALL, 'totalSupply');
  if (decimals < MIN_DECIMALS || decimals > HOLD_DECIMALS)
    throw unsuitable(`it has ${decimals} decimals, and ${MIN_DECIMALS} to ${HOLD_DECIMALS} are needed`);
  return Number(decimals);
};
