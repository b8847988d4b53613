import { ask, told } from '../child.js';
import { start } from './parties.js';
import type { ClientFigures, ClientReport } from './measured.js';
import type { HeliaHolding, HeliaSetup } from './orders.js';

/** A Helia node that holds a file, and one that fetches it anew each time. */
export interface HeliaPair {
  fetch(): Promise<ClientFigures>;
}

export const startHelia = async (stack: AsyncDisposableStack, bytes: number): Promise<HeliaPair> => {
  const begin = (setup: HeliaSetup) => stack.use(start('helia-process', JSON.stringify(setup), 'others'));
  const holding = await told<HeliaHolding>(begin({ bytes }));
  const client = begin({ bytes, holding });
  await told(client);
  return {
    fetch: async () => {
      const report = await ask<ClientReport>(client, {});
      if ('error' in report) throw new Error(report.error);
      return report;
    },
  };
};
