import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedTexts } from '../../scripts/lab/honest/mutants/hunt.js';
import { takenOut } from '../../scripts/lab/honest/mutants/taken-out.js';

const root = process.cwd();

describe('A mend that is taken out for the honest runs', () => {
  for (const { name, contracts, modules } of takenOut)
    it(`changes files as they are today: ${name}`, async () => {
      const changed = Object.entries({ ...(await changedTexts(root, contracts)), ...(await changedTexts(root, modules)) });
      expect(changed).to.not.be.empty;
      for (const [path, text] of changed) expect(text, path).to.not.equal(await readFile(join(root, path), 'utf8'));
    });
});
