// Answers with what makes the page wider than the window, or null.
const { scrollWidth, clientWidth } = document.scrollingElement;
if (scrollWidth <= clientWidth) return null;
const wide = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
return `${scrollWidth} px in ${clientWidth} px: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 160)).join('\n')}`;
