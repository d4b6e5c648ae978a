// VitePress's own theme, with the frames of live examples.
import DefaultTheme from 'vitepress/theme';
import './live.css';

export default DefaultTheme;
