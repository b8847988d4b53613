import { expect } from 'chai';
import { network } from 'hardhat';
import { IMarketView__factory } from '../../node/chain/contracts/factories/interfaces/IMarketView__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../../node/chain/contracts/factories/interfaces/IVault__factory.js';
import type { MarketParameters } from '../../node/core/market/deal.js';
import { wei } from '../../node/core/units.js';
import { deployMarket } from '../../scripts/deploy/deploy-market.js';
import { parametersOf } from '../../scripts/deploy/terms/parameters.js';

describe('the deployment of a market', () => {
  it('binds vault and market to each other, and names the block that period 1 starts in', async () => {
    const connection = await network.create();
    const { ethers } = connection;
    const signer = await ethers.provider.getSigner(0);
    const { parameters } = parametersOf('devnet');
    const token = { holder: await signer.getAddress(), supply: wei(10n ** 27n), faucetAmount: wei(10n ** 21n) };
    const book = await deployMarket({ signer, parameters, token });

    const market = IStorageMarket__factory.connect(book.market, ethers.provider);
    const vault = IVault__factory.connect(book.vault, ethers.provider);
    expect((await market.vault()).toLowerCase()).to.equal(book.vault);
    expect((await market.registry()).toLowerCase()).to.equal(book.registry);
    expect((await vault.market()).toLowerCase()).to.equal(book.market);
    expect((await vault.token()).toLowerCase()).to.equal(book.token);
    expect((await IMarketView__factory.connect(book.view, ethers.provider).market()).toLowerCase()).to.equal(book.market);
    expect(await market.genesisBlock()).to.equal(BigInt(book.genesisBlock));
    expect(book.genesisBlock).to.be.lessThan(book.deployment.block);
    expect((await market.verbBody()).toLowerCase()).to.equal(book.verbBody);
    expect((await ethers.provider.getBlock(book.deployment.block))?.hash).to.equal(book.deployment.hash);

    const stored = (await market.parameters()) as unknown as Record<string, bigint>;
    for (const name of Object.keys(parameters) as (keyof MarketParameters)[]) expect(stored[name], name).to.equal(BigInt(parameters[name]));
    await connection.close();
  });
});
