import type { Book } from '../../node/app/book/book.js';
import { address, blockNumber, hash, type Address, type Hash } from '../../node/core/units.js';
import { devnetParameters } from './memory-market/market-parameters.js';

const placeOf = (byte: string): Address => address(`0x${byte.repeat(20)}`);
const digestOf = (byte: string): Hash => hash(`0x${byte.repeat(32)}`);

/** An address book of a market that is nowhere. */
export const sampleBook: Book = {
  version: 1,
  network: 'a sample',
  chainId: 31_337n,
  family: 'ethereum',
  blockMilliseconds: 500,
  genesis: digestOf('10'),
  token: placeOf('01'),
  registry: placeOf('02'),
  vault: placeOf('03'),
  market: placeOf('04'),
  verbBody: placeOf('05'),
  rewardPool: placeOf('07'),
  view: placeOf('06'),
  parameters: devnetParameters,
  genesisBlock: blockNumber(9),
  deployment: { block: blockNumber(10), hash: digestOf('11'), transaction: digestOf('12') },
  code: {
    token: digestOf('21'),
    registry: digestOf('22'),
    vault: digestOf('23'),
    market: digestOf('24'),
    verbBody: digestOf('25'),
    rewardPool: digestOf('27'),
    view: digestOf('26'),
  },
};
