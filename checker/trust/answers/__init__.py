"""What to say? What each statement does, in words (`outcomes`); whether one principal (`ask`)
or one request (`request`) gets in, and what decides it. It never reads a file nor prints."""
