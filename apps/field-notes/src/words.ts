/** Figures and what they count, in the reader's way of writing numbers: '34,931 notes', '1 note'. */
const format = new Intl.NumberFormat()

export const figure = (number: number): string => format.format(number)

export const counted = (number: number, one: string, many: string = `${one}s`): string => `${figure(number)} ${number === 1 ? one : many}`
