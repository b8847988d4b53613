import { expect } from 'chai';
import { createSerial } from '../../node/core/tasks/serial.js';
import type { Deal } from '../../node/core/market/deal.js';
import type { DealId } from '../../node/core/units.js';
import type { SettlementReader } from '../../node/ports/settlement.js';
import { createKeySigner } from '../../node/core/keys/signing.js';
import { createEgress } from '../../node/renter/download/egress.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { testIdentity } from '../support/memory-market/market-identity.js';
import { hashOf } from '../support/worlds/actors.js';

const id = `0x${'1'.repeat(64)}` as DealId;

describe('Two reads that wait for what the chain says of one deal', () => {
  it('do so each for itself: one that is given up takes the answer from nobody', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<Deal>();
    let asked = 0;
    const deal = (_: DealId, signal?: AbortSignal): Promise<Deal> => {
      asked += 1;
      return new Promise((told, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
        answer.then(told, reject);
      });
    };
    const egress = createEgress({
      settlement: { deal, identity: testIdentity } as Partial<SettlementReader> as SettlementReader,
      catalogue: createMemoryCatalogue(testIdentity),
      signer: createKeySigner(hashOf('alice')),
      serial: createSerial(),
      limits: { egressStep: 1, egressLoss: 1 },
    });
    const stop = new AbortController();
    const first = egress.estimate(id, 1, stop.signal).catch((error: unknown) => error);
    const second = egress.estimate(id, 1, new AbortController().signal);
    stop.abort(new Error('given up'));
    expect(await first).to.have.property('message', 'given up');
    resolve({ id, egressPrice: 0n } as Deal);
    expect(await second).to.deep.equal({ cost: 0n, available: 0n });
    expect(asked).to.equal(1);
  });
});
