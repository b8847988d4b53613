import type { Catalogue } from '../../node/ports/catalogue.js';
import type { Settlement } from '../../node/ports/settlement.js';

/** When a process dies: around its write number `write` to the catalogue. */
export interface Death {
  readonly write: number;
  readonly when: 'before' | 'after';
}

const killed = new Error('killed');

/** Catalogue and chain of a process that dies: from then on it changes nothing any more. */
export const mortal = (
  catalogue: Catalogue,
  settlement: Settlement,
  death: Death,
): { catalogue: Catalogue; settlement: Settlement; dead(): boolean } => {
  let writes = 0;
  let dead = false;
  const write =
    <Arguments extends unknown[]>(method: (...rest: Arguments) => Promise<void>) =>
    async (...rest: Arguments): Promise<void> => {
      writes += 1;
      if (dead || (writes === death.write && death.when === 'before')) dead = true;
      if (dead) throw killed;
      await method(...rest);
      if (writes < death.write || death.when === 'before') return;
      dead = true;
      throw killed;
    };
  return {
    dead: () => dead,
    catalogue: {
      ...catalogue,
      putObject: write(catalogue.putObject),
      putObjects: write(catalogue.putObjects),
      moveSlabs: write(catalogue.moveSlabs),
      putCrate: write(catalogue.putCrate),
      deleteObject: write(catalogue.deleteObject),
      putDeal: write(catalogue.putDeal),
      beginMove: write(catalogue.beginMove),
      adoptMoved: write(catalogue.adoptMoved),
      dropUnused: write(catalogue.dropUnused),
      putFreed: write(catalogue.putFreed),
      forgetFreed: write(catalogue.forgetFreed),
      putOpenings: write(catalogue.putOpenings),
      putPage: write(catalogue.putPage),
      forgetPages: write(catalogue.forgetPages),
      countFrom: write(catalogue.countFrom),
      markRead: write(catalogue.markRead),
      renewMachine: write(catalogue.renewMachine),
    },
    settlement: { ...settlement, submit: (...call) => (dead ? Promise.reject(killed) : settlement.submit(...call)) },
  };
};
