import type { TransactionReceipt } from 'ethers';
import { blockNumber, gasWei, hash } from '../../core/units.js';
import type { Receipt } from '../../ports/settlement.js';
import { decodeRevert } from '../rpc/revert.js';
import type { EventDecoder } from './events.js';

/** What became of an action, by the receipt of its transaction. */
export const actionReceipt = (mined: TransactionReceipt, decode: EventDecoder): Receipt => {
  const events = mined.logs.map(decode).filter((event) => event !== undefined);
  return {
    hash: hash(mined.hash),
    block: blockNumber(mined.blockNumber),
    blockHash: hash(mined.blockHash),
    gasUsed: mined.gasUsed,
    fee: gasWei(mined.fee),
    events,
    failed: events
      .filter(({ name }) => name === 'BatchItemFailed')
      .map(({ args }) => ({ index: Number(args['index']), error: decodeRevert(String(args['reason'])) })),
  };
};
