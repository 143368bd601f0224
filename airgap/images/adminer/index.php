<?php
// Adminer, with the login form filled in with the server that ADMINER_DEFAULT_SERVER names.

function adminer_object()
{
    final class LoginForm extends Adminer\Adminer
    {
        public function loginFormField($name, $heading, $value)
        {
            $server = getenv('ADMINER_DEFAULT_SERVER');
            if ($name === 'server' && $server !== false && Adminer\SERVER == '') {
                $escaped = htmlspecialchars($server, ENT_QUOTES);
                $value = str_replace('value=""', "value=\"$escaped\"", $value);
            }
            return parent::loginFormField($name, $heading, $value);
        }
    }

    return new LoginForm();
}

require '/usr/share/adminer/adminer.php';
