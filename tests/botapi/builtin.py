"""A small table of the Bot API, for machines without the machine-readable file.

A line is `name!:Type|Type=constant`: "!" is required, "[]" an array.
"""

METHODS = {
    "getUpdates": "offset:Integer limit:Integer timeout:Integer allowed_updates:[]String",
    "setWebhook": (
        "url!:String certificate:InputFile ip_address:String max_connections:Integer "
        "allowed_updates:[]String drop_pending_updates:Boolean secret_token:String"
    ),
    "deleteWebhook": "drop_pending_updates:Boolean",
    "getWebhookInfo": "",
    "getMe": "",
    "logOut": "",
    "close": "",
    "sendMessage": (
        "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer "
        "direct_messages_topic_id:Integer text!:String parse_mode:String entities:[]MessageEntity "
        "link_preview_options:LinkPreviewOptions disable_notification:Boolean "
        "protect_content:Boolean allow_paid_broadcast:Boolean message_effect_id:String "
        "suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters "
        "reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
    ),
    "sendDocument": (
        "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer "
        "direct_messages_topic_id:Integer document!:InputFile|String thumbnail:InputFile|String "
        "caption:String parse_mode:String caption_entities:[]MessageEntity "
        "disable_content_type_detection:Boolean disable_notification:Boolean "
        "protect_content:Boolean allow_paid_broadcast:Boolean message_effect_id:String "
        "suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters "
        "reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
    ),
    "getFile": "file_id!:String",
    "editMessageText": (
        "business_connection_id:String chat_id:Integer|String message_id:Integer "
        "inline_message_id:String text:String parse_mode:String entities:[]MessageEntity "
        "link_preview_options:LinkPreviewOptions rich_message:InputRichMessage "
        "reply_markup:InlineKeyboardMarkup"
    ),
    "editMessageReplyMarkup": (
        "business_connection_id:String chat_id:Integer|String message_id:Integer "
        "inline_message_id:String reply_markup:InlineKeyboardMarkup"
    ),
    "deleteMessage": "chat_id!:Integer|String message_id!:Integer",
    "deleteMessages": "chat_id!:Integer|String message_ids!:[]Integer",
    "answerCallbackQuery": (
        "callback_query_id!:String text:String show_alert:Boolean url:String cache_time:Integer"
    ),
    "answerInlineQuery": (
        "inline_query_id!:String results!:[]InlineQueryResult cache_time:Integer "
        "is_personal:Boolean next_offset:String button:InlineQueryResultsButton"
    ),
    "answerGuestQuery": "guest_query_id!:String result!:InlineQueryResult",
    "sendChatAction": (
        "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer "
        "action!:String"
    ),
    "getChat": "chat_id!:Integer|String",
    "getChatMember": "chat_id!:Integer|String user_id!:Integer",
    "getChatAdministrators": "chat_id!:Integer|String return_bots:Boolean",
    "getChatMemberCount": "chat_id!:Integer|String",
    "leaveChat": "chat_id!:Integer|String",
    "setMyCommands": "commands!:[]BotCommand scope:BotCommandScope language_code:String",
    "getMyCommands": "scope:BotCommandScope language_code:String",
    "deleteMyCommands": "scope:BotCommandScope language_code:String",
    "setMyDescription": "description:String language_code:String",
    "getMyDescription": "language_code:String",
    "setMyShortDescription": "short_description:String language_code:String",
    "getMyShortDescription": "language_code:String",
    "setMyName": "name:String language_code:String",
    "getMyName": "language_code:String",
    "setChatMenuButton": "chat_id:Integer menu_button:MenuButton",
    "getChatMenuButton": "chat_id:Integer",
}

TYPES = {
    "BotCommand": "command!:String description!:String",
    "BotCommandScopeAllChatAdministrators": "type!:String=all_chat_administrators",
    "BotCommandScopeAllGroupChats": "type!:String=all_group_chats",
    "BotCommandScopeAllPrivateChats": "type!:String=all_private_chats",
    "BotCommandScopeChat": "type!:String=chat chat_id!:Integer|String",
    "BotCommandScopeChatAdministrators": (
        "type!:String=chat_administrators chat_id!:Integer|String"
    ),
    "BotCommandScopeChatMember": (
        "type!:String=chat_member chat_id!:Integer|String user_id!:Integer"
    ),
    "BotCommandScopeDefault": "type!:String=default",
    "CallbackGame": "",
    "ChatAdministratorRights": (
        "is_anonymous!:Boolean can_manage_chat!:Boolean can_delete_messages!:Boolean "
        "can_manage_video_chats!:Boolean can_restrict_members!:Boolean "
        "can_promote_members!:Boolean can_change_info!:Boolean can_invite_users!:Boolean "
        "can_post_stories!:Boolean can_edit_stories!:Boolean can_delete_stories!:Boolean "
        "can_post_messages:Boolean can_edit_messages:Boolean can_pin_messages:Boolean "
        "can_manage_topics:Boolean can_manage_direct_messages:Boolean can_manage_tags:Boolean"
    ),
    "CopyTextButton": "text!:String",
    "ForceReply": "force_reply!:Boolean input_field_placeholder:String selective:Boolean",
    "InlineKeyboardButton": (
        "text!:String icon_custom_emoji_id:String style:String url:String callback_data:String "
        "web_app:WebAppInfo login_url:LoginUrl switch_inline_query:String "
        "switch_inline_query_current_chat:String "
        "switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat copy_text:CopyTextButton "
        "callback_game:CallbackGame pay:Boolean"
    ),
    "InlineKeyboardMarkup": "inline_keyboard!:[][]InlineKeyboardButton",
    "InlineQueryResultArticle": (
        "type!:String=article id!:String title!:String input_message_content!:InputMessageContent "
        "reply_markup:InlineKeyboardMarkup url:String description:String thumbnail_url:String "
        "thumbnail_width:Integer thumbnail_height:Integer"
    ),
    "InlineQueryResultsButton": "text!:String web_app:WebAppInfo start_parameter:String",
    "InputFile": "",
    "InputRichMessage": "",
    "InputTextMessageContent": (
        "message_text!:String parse_mode:String entities:[]MessageEntity "
        "link_preview_options:LinkPreviewOptions"
    ),
    "KeyboardButton": (
        "text!:String icon_custom_emoji_id:String style:String "
        "request_users:KeyboardButtonRequestUsers request_chat:KeyboardButtonRequestChat "
        "request_managed_bot:KeyboardButtonRequestManagedBot request_contact:Boolean "
        "request_location:Boolean request_poll:KeyboardButtonPollType web_app:WebAppInfo"
    ),
    "KeyboardButtonPollType": "type:String",
    "KeyboardButtonRequestChat": (
        "request_id!:Integer chat_is_channel!:Boolean chat_is_forum:Boolean "
        "chat_has_username:Boolean chat_is_created:Boolean "
        "user_administrator_rights:ChatAdministratorRights "
        "bot_administrator_rights:ChatAdministratorRights bot_is_member:Boolean "
        "request_title:Boolean request_username:Boolean request_photo:Boolean"
    ),
    "KeyboardButtonRequestManagedBot": (
        "request_id!:Integer suggested_name:String suggested_username:String"
    ),
    "KeyboardButtonRequestUsers": (
        "request_id!:Integer user_is_bot:Boolean user_is_premium:Boolean max_quantity:Integer "
        "request_name:Boolean request_username:Boolean request_photo:Boolean"
    ),
    "LinkPreviewOptions": (
        "is_disabled:Boolean url:String prefer_small_media:Boolean prefer_large_media:Boolean "
        "show_above_text:Boolean"
    ),
    "LoginUrl": (
        "url!:String forward_text:String bot_username:String request_write_access:Boolean"
    ),
    "MenuButtonCommands": "type!:String=commands",
    "MenuButtonDefault": "type!:String=default",
    "MenuButtonWebApp": "type!:String=web_app text!:String web_app!:WebAppInfo",
    "MessageEntity": (
        "type!:String offset!:Integer length!:Integer url:String user:User language:String "
        "custom_emoji_id:String unix_time:Integer date_time_format:String"
    ),
    "ReplyKeyboardMarkup": (
        "keyboard!:[][]KeyboardButton is_persistent:Boolean resize_keyboard:Boolean "
        "one_time_keyboard:Boolean input_field_placeholder:String selective:Boolean"
    ),
    "ReplyKeyboardRemove": "remove_keyboard!:Boolean selective:Boolean",
    "ReplyParameters": (
        "message_id!:Integer chat_id:Integer|String allow_sending_without_reply:Boolean "
        "quote:String quote_parse_mode:String quote_entities:[]MessageEntity "
        "quote_position:Integer checklist_task_id:Integer poll_option_id:String"
    ),
    "SuggestedPostParameters": "",
    "SwitchInlineQueryChosenChat": (
        "query:String allow_user_chats:Boolean allow_bot_chats:Boolean allow_group_chats:Boolean "
        "allow_channel_chats:Boolean"
    ),
    "Update": (
        "update_id!:Integer message:Message edited_message:Message channel_post:Message "
        "edited_channel_post:Message business_connection:BusinessConnection "
        "business_message:Message edited_business_message:Message "
        "deleted_business_messages:BusinessMessagesDeleted guest_message:Message "
        "message_reaction:MessageReactionUpdated "
        "message_reaction_count:MessageReactionCountUpdated inline_query:InlineQuery "
        "chosen_inline_result:ChosenInlineResult callback_query:CallbackQuery "
        "shipping_query:ShippingQuery pre_checkout_query:PreCheckoutQuery "
        "purchased_paid_media:PaidMediaPurchased poll:Poll poll_answer:PollAnswer "
        "my_chat_member:ChatMemberUpdated chat_member:ChatMemberUpdated "
        "chat_join_request:ChatJoinRequest chat_boost:ChatBoostUpdated "
        "removed_chat_boost:ChatBoostRemoved managed_bot:ManagedBotUpdated"
    ),
    "User": (
        "id!:Integer is_bot!:Boolean first_name!:String last_name:String username:String "
        "language_code:String is_premium:Boolean added_to_attachment_menu:Boolean "
        "can_join_groups:Boolean can_read_all_group_messages:Boolean "
        "supports_guest_queries:Boolean supports_inline_queries:Boolean "
        "can_connect_to_business:Boolean has_main_web_app:Boolean has_topics_enabled:Boolean "
        "allows_users_to_create_topics:Boolean can_manage_bots:Boolean "
        "supports_join_request_queries:Boolean"
    ),
    "WebAppInfo": "url!:String",
}

SUBTYPES = {
    "BotCommandScope": (
        "BotCommandScopeDefault",
        "BotCommandScopeAllPrivateChats",
        "BotCommandScopeAllGroupChats",
        "BotCommandScopeAllChatAdministrators",
        "BotCommandScopeChat",
        "BotCommandScopeChatAdministrators",
        "BotCommandScopeChatMember",
    ),
    "InlineQueryResult": ("InlineQueryResultArticle",),
    "InputMessageContent": ("InputTextMessageContent",),
    "MenuButton": (
        "MenuButtonCommands",
        "MenuButtonWebApp",
        "MenuButtonDefault",
    ),
}
