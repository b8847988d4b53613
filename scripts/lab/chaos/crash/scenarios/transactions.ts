import { join } from 'node:path';
import { SigningKey } from 'ethers';
import type { Rpc } from '../../../../../node/chain/rpc/rpc.js';
import { openTransactionJournal, type TransactionRecord } from '../../../../../node/chain/transactions/journal.js';
import type { TransactionQueue } from '../../../../../node/chain/transactions/queue.js';
import { blockNumber } from '../../../../../node/core/units.js';
import { createSmallWorld, type SmallWorld } from '../../../../../test/support/rpc/small-world.js';
import type { Scenario, Stage } from '../scenario.js';

/** Longest wait for what should happen at once, milliseconds. */
const PATIENCE = 4_000;

type Records = readonly TransactionRecord[];
const handed =
  (raw: string) =>
  async (records: Records): Promise<string | undefined> =>
    records.some(({ attempts }) => attempts.some((attempt) => attempt.raw === raw))
      ? undefined
      : 'nothing is known of a transaction that nodes have';
const isGone =
  (action: string) =>
  async (records: Records): Promise<string | undefined> =>
    records.some((record) => record.action === action) ? 'what is done would answer for the next of its kind' : undefined;
const isKept =
  (intention: string) =>
  async (records: Records): Promise<string | undefined> =>
    records.some((record) => record.intention === intention) ? undefined : 'what was done under an intention would be done again';

/** An RPC of which each transaction that it is handed is a step, and has to be on record from then on. */
const watchedRpc = (stage: Stage, rpc: Rpc): Rpc => {
  const send = async (method: string, params: unknown[]): Promise<unknown> => {
    const raw = String(params[0]);
    if (method !== 'eth_sendRawTransaction') return rpc.provider.send(method, params) as Promise<unknown>;
    return stage.event(
      'hand-over',
      () => {
        stage.promise(`handed ${raw.slice(-16)}`, handed(raw));
        return rpc.provider.send(method, params) as Promise<unknown>;
      },
      async () => `0x${'00'.repeat(32)}`,
    );
  };
  const provider = new Proxy(rpc.provider, {
    get: (target, key) => {
      if (key === 'send') return send;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const watched: Rpc = { ...rpc, provider, agreed: undefined as never };
  return Object.defineProperty(watched, 'agreed', { get: () => watched });
};

/** Each signature of an account's key is a step. */
const watchSignatures = (stage: Stage): (() => void) => {
  const { sign } = SigningKey.prototype;
  SigningKey.prototype.sign = function (this: SigningKey, digest) {
    return stage.event(
      'signature',
      () => sign.call(this, digest),
      () => {
        throw new Error('left out');
      },
    );
  };
  return () => void (SigningKey.prototype.sign = sign);
};

const play = async (stage: Stage, world: SmallWorld): Promise<void> => {
  const { during, promise, release } = stage;
  const rpc = watchedRpc(stage, world.rpc);
  const directory = join(stage.folder, 'transactions');
  const open = (stuckBlocks = 4): Promise<TransactionQueue> => world.queue({ rpc, directory, stuckBlocks, closeMilliseconds: 50 });
  const until = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + PATIENCE; !holds();) {
      if (Date.now() > end) throw new Error('it did not come');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const forgetHanded = (): void => world.chain.handed.forEach((raw) => release(`handed ${raw.slice(-16)}`));
  const inPool = (): boolean => world.chain.pool.size > 0;
  const isTold = async (told: Promise<unknown>): Promise<void> => {
    const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error('nobody was told')).unref());
    let isOver = false;
    void told.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    const mine = async (): Promise<void> => {
      while (!isOver) await new Promise((resolve) => setTimeout(resolve, 20)).then(() => world.chain.mine());
    };
    await Promise.race([Promise.all([told, mine()]), late.finally(() => (isOver = true))]);
  };
  const send = (queue: TransactionQueue, operation: string, more: object = {}): Promise<void> =>
    during(operation, async () => {
      const told = queue.submit({ ...world.transfer, action: operation, ...more });
      told.catch(() => undefined);
      await Promise.race([until(inPool), told]);
      forgetHanded();
      await isTold(told);
    });

  let queue = await during('open the queue', () => open(2));
  await send(queue, 'transfer');
  promise('transfer', isGone('transfer'));
  await send(queue, 'open deals', { intention: 'open 1', value: 6n });
  promise('open deals', isKept('open 1'));
  await send(queue, 'prove', { priority: 'audit', repeatable: true, value: 7n, deadline: blockNumber(world.chain.head + 1_000) });
  promise('prove', isGone('prove'));

  // Nodes take it and lose it, until it is replaced.
  await during('replace what is stuck', async () => {
    const before = world.chain.handed.length;
    const told = queue.submit({ ...world.transfer, action: 'stuck', value: 8n });
    told.catch(() => undefined);
    await Promise.race([until(inPool), told]);
    for (let block = 0; block < 4 && world.chain.handed.length < before + 2; block++) {
      const waiting = [...world.chain.pool.values()].map(({ serialized }) => serialized);
      world.chain.drop();
      world.chain.mine();
      waiting.forEach((raw) => world.chain.admit(raw));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until(() => world.chain.handed.length >= before + 2);
    forgetHanded();
    await isTold(told);
    promise('replaced', isGone('stuck'));
  });

  await during('cancel what is late', async () => {
    const before = world.chain.handed.length;
    const told = queue.submit({ ...world.transfer, action: 'late', value: 9n, deadline: blockNumber(world.chain.head + 2) });
    told.catch(() => undefined);
    await Promise.race([until(inPool), told]);
    for (let block = 0; block < 6 && world.chain.handed.length < before + 2; block++) {
      const waiting = [...world.chain.pool.values()].map(({ serialized }) => serialized);
      world.chain.drop();
      world.chain.mine();
      waiting.forEach((raw) => world.chain.admit(raw));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until(() => world.chain.handed.length >= before + 2);
    forgetHanded();
    const error = await isTold(told).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if ((error as { code?: string } | undefined)?.code !== 'TRANSACTION_EXPIRED') throw new Error('it was not cancelled');
    promise('cancelled', isGone('late'));
  });

  await during('finish what an earlier process sent', async () => {
    const told = queue.submit({ ...world.transfer, action: 'finish', value: 10n });
    told.catch(() => undefined);
    await Promise.race([until(inPool), told]);
    await queue.close();
    world.chain.drop();
    const before = world.chain.handed.length;
    queue = await open(100);
    await until(() => world.chain.handed.length > before);
    forgetHanded();
    await isTold(queue.submit({ ...world.transfer, action: 'finish', value: 10n }));
    promise('finished', isGone('finish'));
    if (world.chain.received(world.to) !== 5n + 6n + 7n + 8n + 10n) throw new Error('something was sent twice, or not at all');
  });
  await queue.close();
};

/** The queue of one account, from the signature to the last confirmation. */
export const transactions: Scenario<Records> = {
  name: 'transactions of an account',
  breaks: 'sends',
  run: async (stage) => {
    const world = await createSmallWorld();
    const stop = watchSignatures(stage);
    try {
      await play(stage, world);
    } finally {
      stop();
      await world.close();
    }
  },
  restart: async (folder) => {
    const journal = await openTransactionJournal(join(folder, 'transactions'));
    await journal.close();
    return journal.left;
  },
  inspect: async () => [],
  close: async () => undefined,
};
