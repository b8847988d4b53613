import { mkdtemp, open } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ask, startChild, told, type Child } from '../child.js';
import type { ClientReport } from './measured.js';
import type { ClientOrder, ClientSetup, OrderFigures, ProvidersOrder, ProvidersReport } from './orders.js';

export const MIB = 1 << 20;

export const start = (name: string, word: string, memory: 'own' | 'others' = 'own'): Child =>
  startChild(join(import.meta.dirname, `${name}.ts`), [word], memory);

/** A client and its providers. */
export interface Parties {
  readonly does: (order: ClientOrder) => Promise<OrderFigures & { readonly theirProcessor: number }>;
  /** Everything that is stored is forgotten, on both sides. */
  readonly clear: () => Promise<void>;
}

export const startParties = async (
  stack: AsyncDisposableStack,
  folder: string,
  { k, n }: Pick<ClientSetup, 'k' | 'n'>,
): Promise<Parties> => {
  const providers = stack.use(start('providers-process', String(n)));
  const listening = await told<Extract<ProvidersReport, { kind: 'listening' }>>(providers);
  const setup: ClientSetup = {
    raw: listening.raw,
    folder: join(await mkdtemp(join(folder, 'client-')), 'catalogue'),
    providers: listening.providers,
    k,
    n,
  };
  const client = stack.use(start('client-process', JSON.stringify(setup)));
  await told(client);
  const standing = async (order: ProvidersOrder): Promise<number> => {
    const report = await ask<ProvidersReport>(providers, order);
    return report.kind === 'standing' ? report.processor : 0;
  };
  const does: Parties['does'] = async (order) => {
    const before = await standing({ clear: false });
    const report = await ask<ClientReport<OrderFigures>>(client, order);
    if ('error' in report) throw new Error(report.error);
    return { ...report, theirProcessor: (await standing({ clear: false })) - before };
  };
  return {
    does,
    clear: async () => {
      await does({ kind: 'forget' });
      await standing({ clear: true });
    },
  };
};

export const makeFile = async (folder: string, bytes: number): Promise<string> => {
  const path = join(folder, `${bytes}`);
  await using file = await open(path, 'w');
  for (let done = 0; done < bytes; done += MIB) await file.write(randomBytes(Math.min(MIB, bytes - done)));
  return path;
};
