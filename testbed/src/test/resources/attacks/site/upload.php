<?php
$to = __DIR__ . '/uploads/' . basename($_GET['name']);
file_put_contents($to, file_get_contents('php://input'));
echo "stored";
