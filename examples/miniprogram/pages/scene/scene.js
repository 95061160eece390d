const hub = require('../../lib/hub');

/** The page behind a QR code that was made with `POST /api/server/qrcodes {payload, page: "pages/scene/scene"}`. */
Page({
  data: { loading: true, payload: '', problem: '' },

  async onLoad({ scene = '' }) {
    if (!scene) return this.setData({ loading: false, problem: '请扫描小程序码进入' });
    try {
      this.setData({ loading: false, payload: JSON.stringify(await hub.scene(scene), null, 2) });
    } catch (error) {
      this.setData({ loading: false, problem: error.error === 'NOT_FOUND' ? '这个小程序码已失效' : error.message });
    }
  },

  home() {
    wx.reLaunch({ url: '/pages/index/index' });
  },
});
