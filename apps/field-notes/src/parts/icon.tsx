/** Icons drawn with lines, in the colour of the text beside them. They say nothing on their own: words stand beside each. */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  remove: 'M5 12h14',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.7-4.7',
  filter: 'M4 6h16M7 12h10M10 18h4',
  outbox: 'M4 14v4a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-4h-4.5a3.5 3.5 0 0 1-7 0H4ZM12 11V3.5M8.5 6.8 12 3.3l3.5 3.5',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  folder: 'M3.5 7a2 2 0 0 1 2-2h4l2 2.5h7a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V7Z',
  import: 'M12 3.5V14M8.2 10.4 12 14.2l3.8-3.8M4 16v2.5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V16',
  export: 'M12 14V3.5M8.2 7.2 12 3.4l3.8 3.8M4 16v2.5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V16',
  sample: 'M12 3.5 20 8l-8 4.5L4 8l8-4.5ZM4 12.2l8 4.5 8-4.5M4 16.4l8 4.5 8-4.5',
  device: 'M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5ZM11 17.5h2',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.9 12a1.5 1.5 0 0 0 1.5 1.5h6.2a1.5 1.5 0 0 0 1.5-1.5l.9-12M10 11v5.5M14 11v5.5',
  history: 'M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5M12 7.8V12l3 2',
  place: 'M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11ZM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z',
  locate: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 7.5V3M12 21v-4.5M16.5 12H21M3 12h4.5',
  calendar: 'M5 5.5h14a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1ZM4 10h16M8 3.5v4M16 3.5v4',
  sent: 'M5 12.5l4.5 4.5L19 7.5',
  waiting: 'M12 19.5V5M5.8 11 12 4.8l6.2 6.2',
  failed: 'M12 7.5v5.5M12 16.4v.01M12 3.8l9 15.7H3l9-15.7Z',
  conflict: 'M12 21v-6.5L6 8.5V4M12 14.5l6-6V4M3.5 6.5 6 4l2.5 2.5M15.5 6.5 18 4l2.5 2.5',
  select: 'M4 6.5l1.7 1.7L9 5M4 16.5l1.7 1.7L9 15M12.5 7H20M12.5 17H20',
  edit: 'M4.5 19.5l.8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8.5 18.7l-4 .8ZM14 6.8l3.2 3.2',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
