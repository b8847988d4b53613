import { ErrorFragment, Interface, isError, type ParamType, type Result } from 'ethers';
import { errorTable, HoldfastError, type ErrorCode } from '../../core/errors/holdfast-error.js';
import { IHoldToken__factory } from '../contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../contracts/factories/interfaces/IVault__factory.js';
import { libraryErrorFragments } from './library-error-fragments.js';

const fragments = [IStorageMarket__factory, IProviderRegistry__factory, IRewardPool__factory, IVault__factory, IHoldToken__factory]
  .flatMap((factory) => factory.createInterface().fragments)
  .filter((fragment) => fragment instanceof ErrorFragment);
const errors = new Interface([...fragments, ...libraryErrorFragments]);

/** `ECDSAInvalidSignatureS` becomes `ECDSA_INVALID_SIGNATURE_S`. */
const codeOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();

const plain = (value: unknown, type: ParamType): unknown => (type.baseType === 'address' ? String(value).toLowerCase() : value);

const dataOf = (fragment: ErrorFragment, values: Result): Record<string, unknown> =>
  Object.fromEntries(fragment.inputs.map((input, index) => [input.name, plain(values[index], input)]));

const decode = (data: string): { code: ErrorCode; facts: object } => {
  const unknown = { code: 'UNKNOWN_REVERT', facts: { data } } as const;
  const fragment = data.length < 10 ? null : errors.getError(data.slice(0, 10));
  if (fragment === null) return unknown;
  try {
    const values = errors.decodeErrorResult(fragment, data);
    if (fragment.name === 'Error') return { code: 'REVERTED', facts: { reason: String(values[0]) } };
    if (fragment.name === 'Panic') return { code: 'PANIC', facts: { code: values[0] as bigint } };
    const code = codeOf(fragment.name);
    return Object.hasOwn(errorTable, code) ? { code: code as ErrorCode, facts: dataOf(fragment, values) } : unknown;
  } catch {
    return unknown;
  }
};

/**
 * The coded error for what a contract reverted with: its custom errors, those of its libraries, `Error(string)` and
 * `Panic(uint256)`. The only place that knows how. UNKNOWN_REVERT when nothing explains `data`.
 */
export const decodeRevert = (data: string, cause?: unknown): HoldfastError => {
  const { code, facts } = decode(data);
  return new HoldfastError(code, facts, cause === undefined ? {} : { cause });
};

const dataIn = (value: unknown, depth: number): string | undefined => {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const { data } = value as { data?: unknown };
  if (typeof data === 'string' && /^0x([0-9a-f]{2})*$/i.test(data)) return data;
  for (const key of ['data', 'error', 'info', 'cause']) {
    const found = dataIn(Reflect.get(value, key), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The coded error for a call or estimate that reverted, or undefined if `error` says something else. */
export const revertIn = (error: unknown): HoldfastError | undefined => {
  const data = dataIn(error, 5);
  if (data !== undefined && data !== '0x') return decodeRevert(data, error);
  if (!isError(error, 'CALL_EXCEPTION')) return undefined;
  return decodeRevert('0x', error);
};
