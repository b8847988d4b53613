import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decideRotation } from '../../node/app/decide-rotation.js';
import { createKeystore, type Keystore } from '../../node/app/keys/keystore.js';
import { rotateOperator, type OperatorRotated } from '../../node/app/operator-rotation.js';
import { handOver } from '../../node/app/owner-handover.js';
import { address, gasWei, type Address } from '../../node/core/units.js';
import type { Settlement } from '../../node/ports/settlement.js';
import { actor, hashOf } from '../support/worlds/actors.js';
import { fromHex } from '../../node/core/data/bytes.js';
import { createProviderWorld, TOKEN, type ProviderWorld } from '../support/worlds/provider-world.js';
import { rejection } from '../support/coded-rejection.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const password = 'correct horse';
const [a, b, c] = ['a', 'b', 'c'].map((digit) => address(`0x${digit.repeat(40)}`)) as [Address, Address, Address];

describe("a decision on the operator's key", () => {
  it('makes one, names it, puts it in place, and is done then', () => {
    expect(decideRotation({ registered: a, here: a, next: undefined }, false)).to.deep.equal({ kind: 'make' });
    expect(decideRotation({ registered: a, here: a, next: b }, true)).to.deep.equal({ kind: 'name', operator: b });
    expect(decideRotation({ registered: b, here: a, next: b }, true)).to.deep.equal({ kind: 'promote' });
    expect(decideRotation({ registered: b, here: b, next: undefined }, true)).to.deep.equal({ kind: 'done', operator: b });
  });

  it('names the key here where the registry has another, and makes one where there is none', () => {
    expect(decideRotation({ registered: c, here: a, next: undefined }, false)).to.deep.equal({ kind: 'name', operator: a });
    expect(decideRotation({ registered: c, here: a, next: b }, true)).to.deep.equal({ kind: 'name', operator: b });
    expect(decideRotation({ registered: c, here: undefined, next: undefined }, false)).to.deep.equal({ kind: 'make' });
    expect(decideRotation({ registered: b, here: undefined, next: b }, true)).to.deep.equal({ kind: 'promote' });
  });
});

describe("the owner rotates the operator's key", function () {
  this.timeout(60_000);
  let world: ProviderWorld;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let keystore: Keystore;
  const signal = new AbortController().signal;
  const coin = gasWei(TOKEN / 5n);

  beforeEach(async () => {
    world = await createProviderWorld();
    folder = await temporaryDirectory();
    keystore = createKeystore({ folder: folder.path, scryptCost: 1 << 10 });
    await keystore.create('operator', password, fromHex(hashOf('bob operator')));
  });
  afterEach(async () => folder.remove());

  const registered = async (): Promise<Address | undefined> => (await world.ownerChain.provider(world.address))?.operator;
  const coinOf = async (account: Address): Promise<bigint> => (await world.ownerChain.balances(account)).coin;
  const rotate = async (keys = keystore, settlement: Settlement = world.ownerChain): Promise<OperatorRotated> =>
    rotateOperator({ keystore: keys, settlement, password, coin, signal });

  it('by one that is durable and has coin before it is named, and in its place after', async () => {
    const { operator, former, changes } = await rotate();
    expect(former).to.equal(world.operator.address);
    expect(changes.map(({ kind }) => kind)).to.deep.equal(['sendCoin', 'setOperator']);
    expect([await registered(), await keystore.addressOf('operator'), await keystore.next.address()]).to.deep.equal([
      operator,
      operator,
      undefined,
    ]);
    expect(await coinOf(operator)).to.equal(coin);
    expect(await keystore.unlock('operator', password)).to.have.length(32);
    expect((await readdir(folder.path)).toSorted()).to.deep.equal([`operator-${former}.json`, 'operator.json']);
  });

  it('is refused without coin for the new key, with another password, and for nobody', async () => {
    const bare = { keystore, settlement: world.ownerChain, password, coin: undefined, signal };
    await rejection(rotateOperator(bare), 'OPTION_MISSING');
    await rejection(rotateOperator({ ...bare, coin, password: 'other' }), 'WRONG_PASSWORD');
    await rejection(rotateOperator({ ...bare, coin, settlement: world.ledger.as(actor('nobody').address) }), 'NOT_REGISTERED');
    expect(await registered()).to.equal(world.operator.address);
  });

  it('names the key here where the registry has another’s, and makes no new one', async () => {
    await world.ownerChain.submit({ kind: 'setOperator', operator: a });
    expect(await rotate()).to.include({ operator: world.operator.address, former: a });
    expect(await registered()).to.equal(world.operator.address);
  });

  /** A keystore and a chain that die before or after the step number `at`. */
  const dying = (at: number, when: 'before' | 'after'): { keys: Keystore; settlement: Settlement; steps: () => number } => {
    let steps = 0;
    const mortal =
      <Parameters extends unknown[], Result>(work: (...call: Parameters) => Promise<Result>) =>
      async (...call: Parameters): Promise<Result> => {
        const isLast = steps++ === at;
        if (isLast && when === 'before') throw new Error('killed');
        const result = await work(...call);
        if (isLast) throw new Error('killed');
        return result;
      };
    const { next } = keystore;
    return {
      keys: { ...keystore, next: { address: next.address, create: mortal(next.create), promote: mortal(next.promote) } },
      settlement: Object.create(world.ownerChain, { submit: { value: mortal(world.ownerChain.submit) } }) as Settlement,
      steps: () => steps,
    };
  };

  it('killed before or after any of its steps: the same again finishes it, with one key, one payment and no key lost', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 0; at < 4; at++) {
        const before = await registered();
        const rich = await coinOf(world.address);
        const death = dying(at, when);
        expect(await rotate(death.keys, death.settlement).catch((error: Error) => error.message)).to.equal('killed');
        // The key that the registry names is always here, under one name or the other.
        expect([await keystore.addressOf('operator'), await keystore.next.address()]).to.include(await registered());
        const isDone = at === 3 && when === 'after';
        if (!isDone) await rotate();
        const now = await registered();
        expect(now).not.to.equal(before);
        expect(await keystore.addressOf('operator')).to.equal(now);
        expect(await keystore.next.address()).to.equal(undefined);
        expect(await coinOf(now as Address)).to.equal(coin);
        expect(rich - (await coinOf(world.address)) < 2n * coin, `${when} step ${at}`).to.equal(true);
        expect(await readdir(folder.path)).to.include(`operator-${before}.json`);
      }
    }
    expect((await readdir(folder.path)).filter((name) => name.startsWith('operator-0x'))).to.have.length(8);
  });

  it('within a promotion, between the copy of the former key and the new one’s name', async () => {
    const next = await keystore.next.create(password);
    const { rename, copyFile } = await import('node:fs/promises');
    await copyFile(join(folder.path, 'operator.json'), join(folder.path, `operator-${world.operator.address}.json`));
    expect(await keystore.next.promote()).to.equal(next);
    expect(await keystore.addressOf('operator')).to.equal(next);
    await rename(join(folder.path, `operator-${world.operator.address}.json`), join(folder.path, 'operator.json'));
    expect(await keystore.addressOf('operator')).to.equal(world.operator.address);
    await rejection(keystore.next.promote(), 'KEY_MISSING');
  });

  it('hands what is free over to another owner, once, and takes no new deals', async () => {
    const first = await handOver(world.ownerChain, a, signal);
    expect(first.paid).to.equal(1_000n * TOKEN);
    expect((await world.ownerChain.balances(a)).token).to.equal(1_000n * TOKEN);
    expect((await world.ownerChain.provider(world.address))?.ask.maxLeaves).to.equal(0);
    const again = await handOver(world.ownerChain, a, signal);
    expect([again.paid, again.changes]).to.deep.equal([0n, []]);
  });
});
