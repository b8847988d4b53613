import { expect } from 'chai';
import { ContractFactory, type BaseContract } from 'ethers';
import { network } from 'hardhat';
import { readFile } from 'node:fs/promises';
import { packedLayouts } from '../../scripts/dev/docs/storage/drawn-words.js';
import { storageLayouts, type Place } from '../../scripts/dev/docs/storage/layouts.js';
import { STORAGE_PAGE, storagePage } from '../../scripts/dev/docs/storage/storage-page.js';
import { compile } from '../../scripts/lab/solidity/compile.js';

const root = process.cwd();
const PACKING = 'test/contracts/support/PackedWords.sol';

/** The highest value of a field: every bit of it is set, in an enum the highest member's. */
const highest = ({ type }: Place): bigint => {
  if (type === 'bool') return 1n;
  if (type === 'DealStatus') return 3n;
  return 2n ** (type === 'address' ? 160n : type === 'bytes32' ? 256n : BigInt(type.replace('uint', ''))) - 1n;
};

const argument = (place: Place, value: bigint): bigint | boolean | string => {
  const digits = value.toString(16);
  if (place.type === 'bool') return value === 1n;
  if (place.type === 'address') return `0x${digits.padStart(40, '0')}`;
  return place.type === 'bytes32' ? `0x${digits.padStart(64, '0')}` : value;
};

const packing = async (): Promise<BaseContract> => {
  const contract = compile(root, [PACKING]).find(({ name }) => name === 'PackedWords');
  if (contract === undefined) throw new Error(`no PackedWords in ${PACKING}`);
  const { ethers } = await network.create();
  const [deployer] = await ethers.getSigners();
  return await new ContractFactory(contract.abi, contract.bytecode, deployer).deploy();
};

describe('what lies where in storage', () => {
  it('stands on the page as the compiler has it', async () => {
    expect(await readFile(STORAGE_PAGE, 'utf8'), 'run npm run docs -- layout').to.equal(await storagePage(root));
  }).timeout(60_000);

  it('is the same in both bodies of code of the market', () => {
    const { StorageMarket, VerbBody } = storageLayouts(root);
    const { storage, transient, structs } = StorageMarket;
    expect(storage.length).to.be.above(10);
    expect(transient).to.have.length(1);
    expect({ storage, transient, structs }).to.deep.equal({
      storage: VerbBody.storage,
      transient: VerbBody.transient,
      structs: VerbBody.structs,
    });
  }).timeout(60_000);

  it('is for packed words what the code writes: each field alone fills its bits, and no others', async () => {
    const contract = await packing();
    for (const { unpacked, places } of packedLayouts(root)) {
      const words = Math.max(...places.map(({ slot }) => slot)) + 1;
      for (const drawn of places) {
        // A deal's rate is not stored.
        const drawnFields = places.map((place) => [place.name, argument(place, place === drawn ? highest(place) : 0n)] as const);
        const fields = Object.fromEntries([['rate', 0n], ...drawnFields]);
        const packed = (await contract.getFunction(`wordsOf${unpacked}`).staticCall(fields)) as bigint[];
        const expected = Array.from({ length: words }, (_, slot) => (slot === drawn.slot ? highest(drawn) << BigInt(drawn.from) : 0n));
        expect([...packed], `${unpacked}.${drawn.name}`).to.deep.equal(expected);
        if (drawn.type.startsWith('uint')) expect(2n ** BigInt(drawn.to - drawn.from + 1) - 1n, drawn.name).to.equal(highest(drawn));
      }
    }
  }).timeout(60_000);

  it('is for a node of the sum tree one child in every 64 bits', async () => {
    const contract = await packing();
    for (let child = 0; child < 4; child++) {
      const weights = [0, 1, 2, 3].map((slot) => (slot === child ? 2n ** 64n - 1n : 0n));
      const [lowest, above] = (await contract.getFunction('nodesOfTree').staticCall(weights)) as [bigint, bigint];
      expect(lowest, `child ${child}`).to.equal((2n ** 64n - 1n) << BigInt(64 * child));
      expect(above).to.equal(2n ** 64n - 1n);
    }
  }).timeout(60_000);
});
