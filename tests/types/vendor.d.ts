// The vendored parts, as far as our modules use them.
declare module 'preact' {
  export function h(type: any, props: any, ...children: any[]): any;
  export function render(what: any, into: Element | DocumentFragment): void;
  export const Fragment: any;
}

declare module 'preact/hooks' {
  type Change<T> = T | ((before: T) => T);
  export function useState<T = any>(first: T | (() => T)): [T, (next: Change<T>) => void];
  export function useState<T = any>(): [T | undefined, (next: Change<T | undefined>) => void];
  export function useRef<T = any>(first?: T | null): { current: T };
  export function useEffect(run: () => void | (() => void), on?: readonly unknown[]): void;
  export function useLayoutEffect(run: () => void | (() => void), on?: readonly unknown[]): void;
  export function useMemo<T>(make: () => T, on: readonly unknown[]): T;
  export function useCallback<T extends (...given: any[]) => any>(make: T, on: readonly unknown[]): T;
  export function useId(): string;
  export function useErrorBoundary(hear?: (error: any) => void): [any, () => void];
}

declare module 'htm' {
  const htm: { bind(make: any): (words: TemplateStringsArray, ...values: any[]) => any };
  export default htm;
}

declare module '@preact/signals' {
  export interface Signal<T> { value: T; peek(): T; subscribe(hear: (value: T) => void): () => void; }
  export function signal<T = any>(first: T): Signal<T>;
  export function computed<T>(of: () => T): { readonly value: T; peek(): T };
  export function effect(run: () => void | (() => void)): () => void;
  export function batch<T>(run: () => T): T;
}
