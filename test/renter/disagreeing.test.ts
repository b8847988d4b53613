import { expect } from 'chai';
import { wei } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { disputed } from '../support/rpc/disputed-reader.js';
import { createRecordedSink, createRenterWorld, sourceOf } from '../support/worlds/renter-world.js';

const letters = bytesOf('letters', 5_000);
const put = { name: 'letters', source: sourceOf(letters), k: 1, n: 2, periods: 20 };

describe('Alice between RPCs that disagree', () => {
  it('fetches, and pays, withdraws and calls stored nothing', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol', 'dave'] });
    let isDisputed = false;
    const alice = world.another({ settlement: { ...world.chain, agreed: disputed(world.chain, () => isDisputed) } });
    await world.during(alice.put(put));
    const [deal] = await world.chain.dealIdsOf('renter', world.chain.account);
    const sent = [...world.sent];

    isDisputed = true;
    const sink = createRecordedSink();
    await world.during(alice.get({ object: 'letters', sink }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
    await rejectsCoded(world.during(alice.put({ ...put, name: 'more' })), 'RPC_DISAGREES');
    await rejectsCoded(world.during(alice.deposit(deal ?? ('0x' as never), wei(1n))), 'RPC_DISAGREES');
    await rejectsCoded(world.during(alice.withdraw()), 'RPC_DISAGREES');
    expect(world.sent).to.deep.equal(sent);
  });

  it('does not call a file stored when they part in the middle', async () => {
    const world = await createRenterWorld({ names: ['bob', 'carol'] });
    let isDisputed = false;
    const alice = world.another({ settlement: { ...world.chain, agreed: disputed(world.chain, () => isDisputed) } });
    const storing = alice.put({ ...put, report: ({ kind }) => void (isDisputed ||= kind === 'signed') });
    await rejectsCoded(world.during(storing), 'RPC_DISAGREES');
    expect((await world.catalogue.object('letters'))?.state).to.equal('placing');
  });
});
