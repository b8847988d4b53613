import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { GasFigures } from '../../scripts/lab/bench/gas/gas.js';
import { brokenPromises, regressions } from '../../scripts/lab/bench/gas/report.js';

const kept: GasFigures = {
  prove: {
    '1': { gas: 204_000, calldata: 4_000, floor: 200_000 },
    '1024': { gas: 235_000, calldata: 4_000, floor: 200_000 },
    '16384': { gas: 262_000, calldata: 4_000, floor: 200_000 },
  },
  proveFirst: { gas: 200_000, calldata: 4_000, floor: 200_000 },
  functions: {
    'commit same': { '1024': 110_000 },
    'commit same of 16': { '1024': 85_000 },
    'commit more': { '1024': 145_000 },
    'commit more of 16': { '1024': 90_000 },
  },
  bytecode: { StorageMarket: 21_999 },
};
const instead = (name: string, gas: number): GasFigures => ({ ...kept, functions: { ...kept.functions, [name]: { '1024': gas } } });
const proof = (gas: number) => ({ gas, calldata: 4_000, floor: 200_000 });

describe('what the gas bench says of its figures', () => {
  it('finds nothing wrong with figures that keep each promise exactly', () => {
    expect(brokenPromises(kept)).to.deep.equal([]);
  });

  const broken: readonly (readonly [string, GasFigures])[] = [
    ['prove with 1 deal: 204001, promised at most 204000', { ...kept, prove: { ...kept.prove, '1': proof(204_001) } }],
    ['prove with 1,024 deals: 235001, promised at most 235000', { ...kept, prove: { ...kept.prove, '1024': proof(235_001) } }],
    ['prove with 16,384 deals: 262001, promised at most 262000', { ...kept, prove: { ...kept.prove, '16384': proof(262_001) } }],
    ['commit of the same weight with 1,024 deals: 110001, promised at most 110000', instead('commit same', 110_001)],
    ['each of 16 such commits in a batch: 85001, promised at most 85000', instead('commit same of 16', 85_001)],
    ['commit of another weight with 1,024 deals: 145001, promised at most 145000', instead('commit more', 145_001)],
    ['each of 16 such commits in a batch: 90001, promised at most 90000', instead('commit more of 16', 90_001)],
    ['bytes of VerbBody: 22000, promised at most 21999', { ...kept, bytecode: { ...kept.bytecode, VerbBody: 22_000 } }],
  ];
  for (const [sentence, figures] of broken)
    it(`says "${sentence}"`, () => {
      expect(brokenPromises(figures)).to.deep.equal([sentence]);
    });

  it('takes a figure that is missing for a broken promise', () => {
    expect(brokenPromises({ ...kept, functions: {} })).to.deep.equal([
      'commit of the same weight with 1,024 deals: Infinity, promised at most 110000',
      'each of 16 such commits in a batch: Infinity, promised at most 85000',
      'commit of another weight with 1,024 deals: Infinity, promised at most 145000',
      'each of 16 such commits in a batch: Infinity, promised at most 90000',
    ]);
  });

  it('lets a figure grow by one per cent and no more', () => {
    expect(regressions(kept, instead('commit same', 111_100))).to.deep.equal([]);
    expect(regressions(kept, instead('commit same', 111_101))).to.deep.equal(['functions.commit same.1024 grew from 110000 to 111101']);
  });

  it('misses a figure that is gone', () => {
    expect(regressions(kept, { ...kept, functions: {} })).to.deep.equal([
      'functions.commit same.1024 was not measured',
      'functions.commit same of 16.1024 was not measured',
      'functions.commit more.1024 was not measured',
      'functions.commit more of 16.1024 was not measured',
    ]);
  });

  it('says nothing of figures that are new', () => {
    expect(regressions({ ...kept, functions: {} }, kept)).to.deep.equal([]);
  });

  it('has committed figures to compare with, at each of the five sizes', () => {
    const committed = JSON.parse(readFileSync(new URL('../../scripts/lab/bench/gas/gas.json', import.meta.url), 'utf8')) as GasFigures;
    const sizes = ['1', '64', '1024', '4096', '16384'];
    expect(Object.keys(committed.prove)).to.deep.equal(sizes);
    for (const [name, figures] of Object.entries(committed.functions))
      expect(Object.keys(figures), name).to.deep.equal(name.endsWith(' of 16') ? sizes.slice(1) : sizes);
  });
});
