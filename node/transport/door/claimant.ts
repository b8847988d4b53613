import type { Admission } from '../../ports/link.js';

/**
 * Who stands behind a request, as what is scarce is counted: whoever has a deal with data, apart from those who only have a link that reads in it. However many
 * of these there are, and however slow, they take nothing from the former.
 */
export const claimantOf = ({ deal, hasData }: Admission): string => `${deal} ${hasData ? 'keeps' : 'reads'}`;
