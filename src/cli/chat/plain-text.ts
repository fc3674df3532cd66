/** What a model wrote is text: nothing in it may move the cursor or name the window. */
export const withoutControls = (text: string): string => text.replaceAll(/(?![\n\t])\p{Cc}/gu, '');
