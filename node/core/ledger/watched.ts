import type { Address, Hex } from '../units.js';
import { bloomQuestion, type LogContent } from './bloom.js';

/** The contracts of one market. */
export interface WatchedContracts {
  readonly market: Address;
  readonly registry: Address;
  readonly rewardPool: Address;
  readonly token: Address;
  readonly vault: Address;
}

/** Name of ERC-20's event of a movement. */
export const TRANSFER_NAME = 'Transfer';

/** Topic of ERC-20's `Transfer(address,address,uint256)`. */
export const TRANSFER_TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

/** An address as a topic. */
export const addressTopic = (address: Address): Hex => `0x${'0'.repeat(24)}${address.slice(2)}`;

/** Which logs belong to the settlement history. */
export interface Watch {
  /** Everything of market, registry and reward pool, and what the token moves into and out of the vault. */
  isOurs(log: LogContent): boolean;
  /** Whether a block with this logs bloom may hold such logs. Never wrong when it says no. */
  mayHold(bloom: Uint8Array): boolean;
}

export const watchOver = ({ market, registry, rewardPool, token, vault }: WatchedContracts): Watch => {
  const vaultTopic = addressTopic(vault);
  const questions = [[market], [registry], [rewardPool], [token, TRANSFER_TOPIC, vaultTopic]].map(bloomQuestion);
  return {
    isOurs: ({ address, topics: [name, from, to] }) =>
      address === market ||
      address === registry ||
      address === rewardPool ||
      (address === token && name === TRANSFER_TOPIC && (from === vaultTopic || to === vaultTopic)),
    mayHold: (bloom) => questions.some((asked) => asked(bloom)),
  };
};
