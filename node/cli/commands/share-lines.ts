import { linkText, verifyOnly } from '../../core/keys/share-link.js';
import { nameText } from '../../core/visible-text.js';
import type { ListedShare } from '../../renter/sharing/share.js';
import { showMinute } from '../amounts.js';
import { FOR_EVER } from './share-until.js';

/** The text that is given on: of a link that reads, or only verifies. */
export const givenText = ({ link }: Pick<ListedShare, 'link'>, verify: boolean): string => linkText(verify ? verifyOnly(link) : link);

/** A share as people are told of it. */
export const shareLines = (listed: ListedShare): readonly string[] => {
  const { id, name, object, until, sharedAt } = listed.share;
  const end = until === FOR_EVER ? '' : `, through period ${until}`;
  return [
    `${id}  "${nameText(name)}"${object === undefined ? ', the folder as it changes' : ''}, shared ${showMinute(sharedAt)}${end}`,
    `  reads     ${givenText(listed, false)}`,
    `  verifies  ${givenText(listed, true)}`,
  ];
};

/** A share as JSON. */
export const shareFacts = (listed: ListedShare): Record<string, unknown> => {
  const { id, name, object, until, sharedAt, number } = listed.share;
  return {
    ...{ id, name, object, sharedAt, number },
    folder: object === undefined,
    ...(until !== FOR_EVER && { untilPeriod: until }),
    link: givenText(listed, false),
    verifyLink: givenText(listed, true),
  };
};
