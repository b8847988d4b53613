import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { bytesPaidDown, egressUp, voucherDigest, type Voucher } from '../../node/core/market/voucher.js';
import { recoverAddress } from '../../node/core/keys/signing.js';
import { LEAF_BYTES, wei, type DealId, type Wei } from '../../node/core/units.js';
import type { GetResult } from '../../node/renter/download/get.js';
import { createMemoryCatalogue } from '../../node/storage/catalogue.js';
import { actor, bytesOf } from '../support/worlds/actors.js';
import { fetchObjects } from '../../node/app/files/fetch-objects.js';
import { withDirectory } from '../support/temporary-directory.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { copyObjects } from '../support/stored-slabs.js';

const letters = bytesOf('letters', 50_000);
const names = ['bob', 'carol', 'dave', 'erin'];
const GIB = 2n ** 30n;
/** Bytes of one shard of two. */
const SHARD = 25_024;
/** A thousand wei a byte. */
const egressPrice = (1_000n * GIB) as Wei;
const COST = egressUp(egressPrice, SHARD);

describe('Alice pays for what she reads', () => {
  let world: RenterWorld;
  /** Vouchers as they reached the providers, by name. */
  let sent: Map<string, Voucher[]>;

  const start = async (price: Wei = egressPrice, put: object = {}): Promise<void> => {
    world = await createRenterWorld({ names, provider: () => ({ ask: { egressPrice: price }, policy: { egressCredit: 0 } }) });
    await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 20, ...put }));
    sent = new Map(names.map((name) => [name, []]));
    for (const name of names) {
      world.bend(name, (service) => ({
        readLeaves: async (peer, authorization, request, signal) => {
          const { voucher } = request;
          if (voucher) {
            const digest = voucherDigest(world.ledger.identity, authorization.deal, voucher.amount);
            expect(recoverAddress(digest, voucher.signature)).to.equal(actor('alice session').address);
            expect((await world.catalogue.promised(authorization.deal)) >= voucher.amount, 'durable first').to.equal(true);
            sent.get(name)?.push(voucher);
          }
          return service.readLeaves(peer, authorization, request, signal);
        },
      }));
    }
  };
  const get = async (options: { readonly maxEgress?: Wei } = {}, renter = world.renter): Promise<GetResult> => {
    const sink = createRecordedSink();
    const result = await world.during(renter.get({ object: 'letters', sink, ...options }));
    expect(Buffer.compare(sink.bytes, letters)).to.equal(0);
    return result;
  };
  const dealAt = async (name: string): Promise<DealId> => {
    const ids = await world.chain.dealIdsOf('provider', world.addressOf(name));
    return ids[0] as DealId;
  };
  const promisedBy = async (): Promise<bigint> => {
    let sum = 0n;
    for (const name of names) sum += (await world.providers.get(name)?.journal.egress(await dealAt(name)))?.voucher?.amount ?? 0n;
    return sum;
  };

  it('exactly the price of k shards, and says so', async () => {
    await start();
    const { egress, failures } = await get();
    expect(failures).to.deep.equal([]);
    expect(egress).to.equal(2n * COST);
    expect(await promisedBy()).to.equal(2n * COST);
  });

  it('again for every further read, by vouchers that grow', async () => {
    await start(egressPrice, { reads: 3 });
    for (let i = 1n; i <= 3n; i++) {
      await get();
      expect(await promisedBy()).to.equal(2n * COST * i);
    }
  });

  it('nothing, and without asking, where reading is free', async () => {
    await start(wei(0n));
    for (const name of names) world.bend(name, () => ({ egress: () => Promise.reject(new Error('nobody asks')) }));
    expect((await get()).egress).to.equal(0n);
  });

  it('out of the escrow that she put in for one full read: more needs a deposit, and is refused before a byte is read', async () => {
    await start((10_000n * GIB * 10n ** 9n) as Wei, { reads: 0 });
    const sink = createRecordedSink();
    const error = await rejectsCoded(world.during(world.renter.get({ object: 'letters', sink })), 'READS_UNFUNDED');
    expect([...sent.values()].flat()).to.deep.equal([]);
    const { deals } = error.data as { deals: readonly { deal: DealId; missing: Wei }[] };
    expect(deals, 'all that lack something at once').to.have.length(2);
    expect(sink.state).to.equal('abandoned');
    expect(await Promise.all(names.map(dealAt))).to.include.members(deals.map(({ deal }) => deal));
    for (const { deal, missing } of deals) await world.renter.deposit(deal, missing, { forReads: true });
    await get({}, world.another());
  });

  it('once: what an interrupted read has promised and nobody has served pays for the next', async () => {
    await start();
    for (const name of names) {
      const id = await dealAt(name);
      await world.catalogue.putPromised(id, (await world.chain.deal(id))!.maxEgress);
    }
    expect((await get()).egress).to.equal(0n);
  });

  it('never more than she allows', async () => {
    await start();
    const refused = world.during(world.renter.get({ object: 'letters', sink: createRecordedSink(), maxEgress: (2n * COST - 1n) as Wei }));
    const error = await rejectsCoded(refused, 'EGRESS_ABOVE_LIMIT');
    expect(error.data).to.deep.equal({ needed: 2n * COST, limit: 2n * COST - 1n });
    expect([...sent.values()].flat()).to.deep.equal([]);
    expect((await get({ maxEgress: (2n * COST) as Wei })).egress).to.equal(2n * COST);
  });

  it('never more than she allows for several files, though some cost something and do not come', () =>
    withDirectory(async (folder) => {
      await start();
      const notes = sourceOf(bytesOf('notes', 50_000));
      await world.during(world.renter.put({ name: 'notes', source: notes, k: 2, n: 4, periods: 20 }));
      const slab = await world.catalogue.slab((await world.catalogue.object('letters'))?.id ?? '', 0);
      const lost = new Set((slab?.shards ?? []).map(({ sector }) => sector.root));
      for (const name of names)
        world.bend(name, (service) => ({
          readLeaves: async (peer, authorization, request, signal) => {
            const range = await service.readLeaves(peer, authorization, request, signal);
            if (lost.has(request.root)) throw new Error('thanks');
            return range;
          },
        }));
      const limit = wei(2n * COST);
      const terms = { out: folder, maxEgress: limit, output: process.stdout };
      const { failed, egress } = await world.during(fetchObjects(world.renter, ['letters', 'notes'], terms));
      expect(failed.map(({ name, error }) => [name, error.code])).to.deep.equal([
        ['letters', 'OBJECT_UNAVAILABLE'],
        ['notes', 'EGRESS_ABOVE_LIMIT'],
      ]);
      let promised = 0n;
      for (const name of names) promised += await world.catalogue.promised(await dealAt(name));
      expect(promised > 0n && promised <= limit, `${promised} of ${limit}`).to.equal(true);
      expect(egress).to.equal(promised);
    }));

  it('no provider that claims to have served what nobody paid for', async () => {
    await start(egressPrice, { reads: 200 });
    const liars = ['bob', 'carol', 'dave'];
    for (const name of liars)
      world.bend(name, (service) => ({
        egress: async () => ({ served: 3 << 20 }),
        readLeaves: async (peer, authorization, request, signal) => {
          sent.get(name)?.push(request.voucher as Voucher);
          return service.readLeaves(peer, authorization, request, signal);
        },
      }));
    const got = world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() }));
    const error = await rejectsCoded(got, 'OBJECT_UNAVAILABLE');
    for (const name of liars) expect(error.message).to.contain(`${world.addressOf(name)}: EGRESS_OVERCHARGED`);
    expect(liars.flatMap((name) => sent.get(name))).to.deep.equal([]);
  });

  it('no provider that counts as served what was paid ahead, however often it has her count again', async () => {
    const [step, loss] = [1 << 10, 1 << 11];
    const limits = { rangeLeaves: 8, egressStep: step, egressLoss: loss, spareShards: 0 };
    world = await createRenterWorld({ names: ['bob'], provider: () => ({ ask: { egressPrice: wei(GIB) } }), limits });
    const stored = { name: 'letters', source: sourceOf(letters), k: 1, n: 1, periods: 20, reads: 8 };
    await world.during(world.renter.put(stored));
    let [claimed, served] = [0, 0];
    let best: Voucher | undefined;
    world.bend('bob', (service) => ({
      egress: async () => ({ served: claimed, voucher: best }),
      readLeaves: async (peer, authorization, request, signal) => {
        if ((request.voucher?.amount ?? 0n) > (best?.amount ?? 0n)) best = request.voucher;
        const paid = bytesPaidDown(wei(GIB), best?.amount ?? wei(0n));
        const bytes = request.count * LEAF_BYTES;
        const account = { deal: authorization.deal, served: claimed, bytes, needed: wei(0n), amount: best?.amount ?? wei(0n) };
        if (claimed + bytes > paid) throw new HoldfastError('EGRESS_UNPAID', account);
        const range = await service.readLeaves(peer, authorization, request, signal);
        [claimed, served] = [paid, served + bytes];
        return range;
      },
    }));
    const got = world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() }));
    const error = await rejectsCoded(got, 'OBJECT_UNAVAILABLE');
    expect(error.message).to.match(/EGRESS_(UNSERVED|OVERCHARGED)/);
    expect(Number(best?.amount) - served, 'bytes paid for and not served').to.be.at.most(loss + 2 * step);
  });

  it('no provider that counts as served what was asked for ahead and that it refused', async () => {
    const [step, loss, range] = [1 << 10, 1 << 11, 8 * LEAF_BYTES];
    const limits = { rangeLeaves: 8, rangesInFlight: 4, egressStep: step, egressLoss: loss, spareShards: 0 };
    world = await createRenterWorld({ names: ['bob'], provider: () => ({ ask: { egressPrice: wei(GIB) } }), limits });
    const stored = { name: 'letters', source: sourceOf(letters), k: 1, n: 1, periods: 20, reads: 8 };
    await world.during(world.renter.put(stored));
    let [claimed, served, turn] = [0, 0, 0];
    world.bend('bob', (service) => ({
      egress: async () => ({ served: claimed }),
      readLeaves: async (peer, authorization, request, signal) => {
        const account = { deal: authorization.deal, served: claimed, bytes: range, needed: wei(0n), amount: wei(0n) };
        if (turn++ % 2 === 1) throw new HoldfastError('EGRESS_UNPAID', account);
        const answer = await service.readLeaves(peer, authorization, request, signal);
        [claimed, served] = [claimed + limits.rangesInFlight * range, served + range];
        return answer;
      },
    }));
    const got = world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() }));
    const error = await rejectsCoded(got, 'OBJECT_UNAVAILABLE');
    expect(error.message).to.match(/EGRESS_(UNSERVED|OVERCHARGED)/);
    expect(Number(await world.catalogue.promised(await dealAt('bob'))) - served, 'bytes paid for and not served').to.be.at.most(
      loss + 2 * step,
    );
  });

  it('no provider that asks for more than the price: it is asked twice and left', async () => {
    await start();
    for (const name of ['bob', 'carol'])
      world.bend(name, (service) => ({
        readLeaves: async (peer, authorization, request, signal) => {
          sent.get(name)?.push(request.voucher as Voucher);
          return service.readLeaves(peer, authorization, { ...request, voucher: undefined }, signal);
        },
      }));
    const { egress } = await get();
    for (const name of ['bob', 'carol']) for (const { amount } of sent.get(name) ?? []) expect(amount <= COST).to.equal(true);
    expect(egress <= 4n * COST).to.equal(true);
  });

  it('no more than the read at hand to one that takes the voucher and serves nothing, however often', async () => {
    await start(egressPrice, { reads: 10 });
    const taken: Voucher[] = [];
    world.bend('bob', (service) => ({
      readLeaves: async (peer, authorization, request, signal) => {
        if (request.voucher) taken.push(request.voucher);
        await service.readLeaves(peer, authorization, request, signal);
        throw new Error('thanks');
      },
    }));
    for (const name of ['carol', 'dave']) world.bend(name, () => ({ readLeaves: () => Promise.reject(new Error('gone')) }));
    for (let i = 0; i < 5; i++) {
      const got = world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() }));
      await rejectsCoded(got, 'OBJECT_UNAVAILABLE');
    }
    // Two failed reads, a step's worth each, and then nothing more.
    expect(new Set(taken.map(({ amount }) => amount)).size).to.be.within(1, 2);
    expect(taken.every(({ amount }) => amount <= 2n * COST)).to.equal(true);
  });

  it('no second time for what a voucher that got lost had promised', async () => {
    await start();
    let lost = 0;
    for (const name of names)
      world.bend(name, (service) => ({
        readLeaves: async (...call) => {
          if (lost++ < 2) throw new Error('the line broke');
          return service.readLeaves(...call);
        },
      }));
    await world.during(world.renter.get({ object: 'letters', sink: createRecordedSink() })).catch(() => undefined);
    await get({}, world.another());
    for (const name of names) expect((await world.catalogue.promised(await dealAt(name))) <= 2n * COST).to.equal(true);
  });

  it('from what chain and providers show once her own records are lost', async () => {
    await start(egressPrice, { reads: 4 });
    await get();
    const copy = createMemoryCatalogue(world.ledger.identity);
    await copyObjects(world.catalogue, copy);
    for await (const deal of world.catalogue.deals()) await copy.putDeal(deal);
    const before = await promisedBy();
    for (const name of names) world.bend(name);
    expect((await get({}, world.another({ catalogue: copy }))).egress).to.equal(2n * COST);
    expect(await promisedBy()).to.equal(before + 2n * COST);
    let sum = 0n;
    for (const name of names) sum += await copy.promised(await dealAt(name));
    expect(sum).to.be.at.least(2n * COST);
  });

  it('and the providers get the money on chain before the deals end', async () => {
    await start();
    await get();
    for (const name of names) world.bend(name);
    await world.during(world.renter.release(await Promise.all(names.map(dealAt))));
    const events = await world.chain.events(0 as never, world.ledger.block);
    const paid = events.filter(({ name }) => name === 'VoucherRedeemed').reduce((sum, { args }) => sum + (args['paid'] as bigint), 0n);
    expect(paid).to.equal(2n * COST);
  });
});
