/** A button of words, with an icon before them where that helps to find it. */
import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes, 'icon' | 'type'> {
  readonly icon?: IconName
  readonly look?: 'primary' | 'plain' | 'danger'
  readonly type?: 'button' | 'submit'
  readonly children?: ComponentChildren
}

export function Button({ icon, look, children, type = 'button', class: more, ...rest }: ButtonProps) {
  const classes = ['button', look, more].filter((name) => typeof name === 'string').join(' ')
  return (
    <button type={type} class={classes} {...rest}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  )
}
