/**
 * Asks for consent to the privacy terms at the first call that needs it: the phone number, the avatar, the nickname.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
 */
Component({
  data: { shown: false, contract: '' },

  lifetimes: {
    attached() {
      if (!wx.onNeedPrivacyAuthorization) return;
      wx.onNeedPrivacyAuthorization(resolve => {
        this.resolves = [...this.resolves || [], resolve];
        wx.getPrivacySetting({ success: ({ privacyContractName }) => this.setData({ contract: privacyContractName }) });
        this.setData({ shown: true });
      });
    },
  },

  methods: {
    open() {
      wx.openPrivacyContract({});
    },

    /** WeChat notes the consent by the button with this id. */
    agree() {
      this.answer({ event: 'agree', buttonId: 'agree' });
    },

    disagree() {
      this.answer({ event: 'disagree' });
    },

    answer(choice) {
      this.setData({ shown: false });
      for (const resolve of this.resolves || []) resolve(choice);
      this.resolves = [];
    },
  },
});
